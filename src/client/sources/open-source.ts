import { existsSync } from 'node:fs'
import type { CaptionFormat } from '../../captions/detect.ts'
import { openDatagrams } from './datagrams.ts'
import { openFile, openStdin } from './file.ts'
import { openFollowed, parseFollow } from './follow.ts'
import { openHdHomeRun } from './hdhomerun/hdhomerun.ts'
import { openHls } from './hls/hls.ts'
import { openHttp } from './http.ts'
import { takeProgramme } from './programme-option.ts'
import { openSendto } from './sendto/sendto.ts'
import { SourceError, type Source } from './source.ts'

const formats = ['ts', 'rcwt', 'scc', 'mcc', 'ttxt'] as const

type Open = (url: URL, format: CaptionFormat | undefined) => Source

const schemes: Readonly<Record<string, Open>> = {
  ...{ http: openWeb, https: openWeb, udp: openDatagrams, rtp: openDatagrams },
  ...{ hdhomerun: openHdHomeRun, sendto: openSendto },
}

/**
 * `file:PATH`, a path (`?follow=yes` for one that grows), `-` for standard input, `ttxt:PATH` or `ttxt:-` for transcripts, `http(s)://…`, `udp://[sender@]host:port`, `rtp://…`,
 * `hdhomerun://DEVICE/CHANNEL` or `sendto://HOST:PORT`, each with `?program=N` for one of several programmes; throws SourceError with what to do.
 */
export async function openSource(input: string, format: string | undefined): Promise<Source> {
  const wanted = parseFormat(format)
  // A file may be called so.
  if (existsSync(input)) return await openAddress(input, wanted)
  const { address, programme } = takeProgramme(input)
  const source = await openAddress(address, wanted)
  if (programme === null) return source
  if (source.format !== 'ts')
    throw new SourceError(
      `program= is for transport streams, and ${source.name} is ${source.format}; leave it out`,
    )
  return withProgramme(source, programme)
}

/** Another programme of the same bytes is another input. */
function withProgramme(source: Source, programme: number): Source {
  const { name, fingerprint } = source
  return {
    ...source,
    ...{ name: `${name}, programme ${programme}`, programme },
    fingerprint: fingerprint === null ? null : `${fingerprint}-${programme}`,
    async renew(signal) {
      const renewed = (await source.renew?.(signal)) ?? null
      return renewed === null ? null : withProgramme(renewed, programme)
    },
  }
}

async function openAddress(input: string, wanted: CaptionFormat | undefined): Promise<Source> {
  if (input === '-') return openStdin(wanted)
  const scheme = /^([a-z][a-z0-9+.-]{1,20}):/i.exec(input)?.[1]?.toLowerCase()
  if (scheme === undefined) return await openPlace(input, wanted)
  if (scheme === 'ttxt') return await openTranscript(input.slice('ttxt:'.length))
  if (scheme === 'file') return await openPlace(input.slice('file:'.length), wanted)
  const open = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined
  if (open === undefined)
    throw new SourceError(
      `${scheme}: is no source that can be read; there are file, ttxt, http, https, udp, rtp, hdhomerun and sendto, or pipe the stream in: … | ccr send --input - --format ts`,
    )
  if (!URL.canParse(input)) throw new SourceError(`${scheme}: the address cannot be read`)
  return open(new URL(input), wanted)
}

/** A path; with `?follow=` behind it, of a file that grows. */
async function openPlace(place: string, wanted: CaptionFormat | undefined): Promise<Source> {
  const { file, following } = parseFollow(place)
  return following === null
    ? await openFile(file, wanted)
    : await openFollowed(file, wanted, following)
}

async function openTranscript(place: string): Promise<Source> {
  if (place === '') throw new SourceError('ttxt: expected ttxt:PATH, or ttxt:- for standard input')
  return place === '-' ? openStdin('ttxt') : await openPlace(place, 'ttxt')
}

function openWeb(url: URL, format: CaptionFormat | undefined): Source {
  return /\.m3u8?$/i.test(url.pathname) ? openHls(url) : openHttp(url, format)
}

function parseFormat(format: string | undefined): CaptionFormat | undefined {
  if (format === undefined) return undefined
  const name = format === 'bin' ? 'rcwt' : format
  const known = formats.find((one) => one === name)
  if (known === undefined)
    throw new SourceError(`expected --format ts, rcwt (or bin), scc, mcc or ttxt, got ${format}`)
  return known
}
