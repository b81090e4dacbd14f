import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { addAbortSignal } from 'node:stream'
import type { CaptionFormat } from '../captions/detect.ts'
import { detectBytes, detectFormat } from '../captions/detect.ts'

/** What cannot be read, said to the operator. */
export class SourceError extends Error {
  override name = 'SourceError'
}

/** Where captions come from. */
export interface Source {
  /** As it is named in runs and status lines; never a secret. */
  readonly name: string
  readonly format: CaptionFormat
  /** Two inputs of the same fingerprint give the same bytes; null for what comes only once. */
  readonly fingerprint: string | null
  open(signal: AbortSignal): AsyncIterable<Uint8Array>
}

const formats = ['ts', 'rcwt', 'scc', 'mcc'] as const
const fingerprintBytes = 64 * 1024
const readBytes = 64 * 1024

/** `file:PATH`, a path, or `-` for standard input; throws SourceError with what to do. */
export async function openSource(input: string, format: string | undefined): Promise<Source> {
  const wanted = parseFormat(format)
  if (input === '-') return openStdin(wanted)
  const scheme = /^([a-z][a-z0-9+.-]{1,20}):/i.exec(input)?.[1]?.toLowerCase()
  if (scheme !== undefined && scheme !== 'file')
    throw new SourceError(
      `${scheme}: sources cannot be read yet; pipe the stream in: … | ccr send --input - --format ts`,
    )
  return openFile(scheme === undefined ? input : input.slice('file:'.length), wanted)
}

function parseFormat(format: string | undefined): CaptionFormat | undefined {
  if (format === undefined) return undefined
  const name = format === 'bin' ? 'rcwt' : format
  const known = formats.find((one) => one === name)
  if (known === undefined)
    throw new SourceError(`expected --format ts, rcwt (or bin), scc or mcc, got ${format}`)
  return known
}

async function openFile(file: string, wanted: CaptionFormat | undefined): Promise<Source> {
  const about = await stat(file).catch((error: unknown) => {
    throw new SourceError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  })
  if (about.isDirectory()) throw new SourceError(`${file} is a folder; name a file in it`)
  if (!about.isFile()) {
    if (wanted === undefined)
      throw new SourceError(`${file} is not a file; say --format ts for a pipe or device`)
    return streamSource(file, wanted, (signal) => createReadStream(file, { signal }))
  }
  const { head, tail } = await readEnds(file, about.size)
  const detected = wanted ?? detectFormat(head.subarray(0, detectBytes))
  if (detected === 'unknown')
    throw new SourceError(
      about.size === 0
        ? `${file} is empty`
        : `${file} is neither a transport stream nor RCWT, SCC or MCC; if it is one of them, say --format`,
    )
  const sum = createHash('sha256').update(String(about.size)).update(head).update(tail)
  return {
    name: path.basename(file),
    format: detected,
    fingerprint: sum.digest('hex'),
    open: (signal) => createReadStream(file, { signal, highWaterMark: readBytes }),
  }
}

async function readEnds(file: string, size: number): Promise<{ head: Buffer; tail: Buffer }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new SourceError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  })
  try {
    const read = async (from: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(Math.min(fingerprintBytes, size))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
      return buffer.subarray(0, bytesRead)
    }
    return { head: await read(0), tail: await read(Math.max(0, size - fingerprintBytes)) }
  } finally {
    await handle.close()
  }
}

function openStdin(wanted: CaptionFormat | undefined): Source {
  if (process.stdin.isTTY)
    throw new SourceError(
      'standard input is a terminal; pipe a stream in, or name a file with --input',
    )
  if (wanted === undefined)
    throw new SourceError('standard input needs --format: ts, rcwt, scc or mcc')
  // A stop does not wait for the next byte of an input that may be silent for hours.
  return streamSource('stdin', wanted, (signal) => addAbortSignal(signal, process.stdin))
}

function streamSource(
  name: string,
  format: CaptionFormat,
  read: (signal: AbortSignal) => AsyncIterable<Uint8Array>,
): Source {
  return { name, format, fingerprint: null, open: read }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'this user may not read it'
  return error instanceof Error ? error.message : String(error)
}
