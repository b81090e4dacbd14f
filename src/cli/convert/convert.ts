import { createReadStream, existsSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import type { CaptionGroup, CaptionReader } from '../../captions/caption-group.ts'
import { createCaptionReader } from '../../captions/create-reader.ts'
import { detectBytes } from '../../captions/detect.ts'
import { UnreadableSourceError } from '../../captions/faults.ts'
import { OptionsError, parseTracks } from '../../client/send-options.ts'
import { openTarget, type DownloadTarget } from '../download-target.ts'
import { ExitError, exitCodes, usageError } from '../shared/exit.ts'
import { createProgress, formatBytes } from '../shared/progress.ts'
import { parseWhen } from '../shared/when.ts'
import { inFormatOf, outFormatOf, type InFormat } from './formats.ts'
import { fieldOf, pourBin, pourScc, type Poured } from './pour-line21.ts'
import { decodeBroadcast, readText, type ReadCues } from './read-cues.ts'
import { writeCues, type WritePlan, type Written } from './write-cues.ts'

export interface ConvertFlags {
  readonly format?: string
  readonly to?: string
  readonly tracks?: string
  readonly shift?: string
  readonly startAt?: string
  readonly timeZone: string
  readonly force?: boolean
}

const readBytes = 256 * 1024
/** Smaller writes to a file cost more than they say. */
const writeUnits = 256 * 1024

export async function runConvert(from: string, to: string, flags: ConvertFlags): Promise<void> {
  const plan = planOf(from, to, flags)
  if (to !== '-') refuseToLose(from, to, flags.force === true)
  const input = await findFormat(from, flags.format)
  await using target = await openTarget(to)
  target.begin(path.basename(to), undefined)
  try {
    const written = await convert(from, input, plan, target)
    tell(written, target)
    await target.finish()
  } catch (error) {
    if (error instanceof UnreadableSourceError)
      throw new ExitError(exitCodes.failed, `${from}: ${error.message}`, { cause: error })
    throw error
  }
}

async function convert(
  from: string,
  input: InFormat,
  plan: WritePlan,
  target: DownloadTarget,
): Promise<Poured> {
  const progress = createProgress()
  const chunks = readChunks(from, (bytes) => progress.show(`reading: ${formatBytes(bytes)}`))
  try {
    if (input.kind === 'text') {
      const read = await readText(chunks, input.format)
      return await pour(writeCues(read, plan), read, target)
    }
    const reader = createCaptionReader(input.format)
    const groups = groupsOf(reader, chunks)
    // A transcript is text already.
    const isLine21 = input.format !== 'ttxt'
    if (isLine21 && plan.format === 'bin' && plan.tracks === null)
      return await pourBin(reader, groups, target, plan)
    if (isLine21 && plan.format === 'scc' && fieldOf(plan.tracks) !== null)
      return await pourScc(reader, groups, target, plan)
    const read = await decodeBroadcast(reader, groups, plan.tracks)
    return await pour(writeCues(read, plan), read, target)
  } finally {
    progress.clear()
  }
}

async function* groupsOf(
  reader: CaptionReader,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<CaptionGroup> {
  for await (const chunk of chunks) yield* reader.push(chunk)
  yield* reader.end()
}

async function pour(
  pieces: Generator<string | Uint8Array, Written>,
  { faults }: ReadCues,
  target: DownloadTarget,
): Promise<Poured> {
  let waiting: Buffer[] = []
  let bytes = 0
  for (;;) {
    const next = pieces.next()
    if (next.done !== true) {
      const piece = Buffer.from(next.value)
      waiting.push(piece)
      bytes += piece.length
    }
    if ((next.done === true || bytes >= writeUnits) && !target.isUnwanted) {
      await target.write(Buffer.concat(waiting))
      waiting = []
      bytes = 0
    }
    if (next.done === true) return { ...next.value, faults }
  }
}

function tell(written: Poured, target: DownloadTarget): void {
  for (const loss of written.losses) target.say(`warning: ${loss}`)
  const faults = Object.entries(written.faults).map(([kind, times]) => `${kind} ${times}`)
  if (faults.length > 0) target.say(`warning: passed over: ${faults.join(', ')}`)
  if (written.cues === 0)
    throw new ExitError(exitCodes.failed, 'there are no captions in this file')
}

function planOf(from: string, to: string, flags: ConvertFlags): WritePlan {
  try {
    const { tracks, languages } = parseTracks(flags.tracks)
    return {
      ...{ format: outFormatOf(to, flags.to), tracks, languages, timeZone: zoneOf(flags.timeZone) },
      name: from === '-' ? 'standard input' : path.basename(from),
      startAtMs:
        flags.startAt === undefined
          ? null
          : Date.parse(parseWhen('--start-at', flags.startAt, Date.now())),
      shiftMs: flags.shift === undefined ? 0 : parseShift(flags.shift),
    }
  } catch (error) {
    if (error instanceof OptionsError) throw usageError(error.message)
    throw error
  }
}

function parseShift(text: string): number {
  const match = /^([+-]?)(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text)
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[3] ?? '']
  if (match === null || unit === undefined)
    throw usageError(`--shift: expected a time like 1.5s or -500ms, got ${text}`)
  return Math.round(Number(match[2]) * unit) * (match[1] === '-' ? -1 : 1)
}

function zoneOf(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone
  } catch {
    throw usageError(`--time-zone: expected an IANA name like America/New_York, got ${zone}`)
  }
}

async function findFormat(from: string, wanted: string | undefined): Promise<InFormat> {
  if (from === '-') {
    if (wanted === undefined)
      throw usageError(
        'standard input needs --format: ts, bin, scc, mcc, ttxt, srt, vtt, ttml, json, jsonl or csv',
      )
    return inFormatOf(from, new Uint8Array(), wanted)
  }
  const about = await stat(from).catch(() => null)
  if (about === null) throw usageError(`${from}: there is no such file`)
  if (about.isDirectory()) throw usageError(`${from} is a folder; name a file in it`)
  await using handle = await open(from, 'r')
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(detectBytes), 0, detectBytes, 0)
  return inFormatOf(from, buffer.subarray(0, bytesRead), wanted)
}

function refuseToLose(from: string, to: string, isForced: boolean): void {
  if (from !== '-' && path.resolve(from) === path.resolve(to))
    throw usageError('<in> and <out> are the same file')
  if (!isForced && existsSync(to)) throw usageError(`${to} exists already; --force writes over it`)
}

async function* readChunks(
  from: string,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  const stream = from === '-' ? process.stdin : createReadStream(from, { highWaterMark: readBytes })
  let bytes = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    onBytes(bytes)
    yield chunk
  }
}
