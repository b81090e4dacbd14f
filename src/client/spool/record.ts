import { crc32 } from 'node:zlib'

/** One spooled event: its number and its JSON without one. */
export interface SpoolRecord {
  readonly seq: number
  readonly line: string
}

const skipHead = '{"type":"skip","to":'

/** Stands for the numbers from its own to `to`, whose events were dropped. */
export function formatSkip(to: number, isBinOnly: boolean): string {
  return `${skipHead}${to},"reason":"spool-overflow"${isBinOnly ? ',"lost":"bin"' : ''}}`
}

export function isSkip({ line }: SpoolRecord): boolean {
  return line.startsWith(skipHead)
}

/** The last number that a record stands for: its own, save where it is a skip. */
export function lastOf(record: SpoolRecord): number {
  const { seq, line } = record
  if (!isSkip(record)) return seq
  return Math.max(seq, Number.parseInt(line.slice(skipHead.length), 10) || seq)
}

export type RecordKind = 'bin' | 'cue' | 'lost-bin' | 'lost' | 'other'

/** What is lost when the record is dropped. An event's type is the first thing in its line. */
export function kindOf(record: SpoolRecord): RecordKind {
  const { line } = record
  if (line.startsWith('{"type":"bin"')) return 'bin'
  if (line.startsWith('{"type":"cue"')) return 'cue'
  if (!isSkip(record)) return 'other'
  return line.endsWith('"lost":"bin"}') ? 'lost-bin' : 'lost'
}

/** As it is sent: its producer's number, `offset` lower than the spool's, then the event. */
export function wireLine(record: SpoolRecord, offset: number): string {
  const { seq, line } = record
  const event = isSkip(record)
    ? line.replace(/"to":[0-9]+/, `"to":${lastOf(record) - offset}`)
    : line
  return `{"seq":${seq - offset},${event.slice(1)}\n`
}

/** `<crc32 in hex> <seq> <json>\n`: a torn or altered line does not match its sum. */
export function formatRecord({ seq, line }: SpoolRecord): string {
  const body = `${seq} ${line}`
  return `${sum(body)} ${body}\n`
}

/**
 * The records of a segment as pieces without holes: a damaged line ends a piece, and what can be read
 * after it begins the next. `isWhole` is false when anything was left out, `isDamaged` when that was more
 * than the torn end that a crash leaves.
 */
export function parsePieces(bytes: Buffer): {
  readonly pieces: SpoolRecord[][]
  readonly isWhole: boolean
  readonly isDamaged: boolean
} {
  const pieces: SpoolRecord[][] = []
  let bad = 0
  let at = 0
  for (;;) {
    const end = bytes.indexOf(10, at)
    if (end === -1) break
    const record = parseRecord(bytes.toString('utf8', at, end))
    at = end + 1
    const last = pieces.at(-1)?.at(-1)
    const before = last === undefined ? undefined : lastOf(last)
    if (record === undefined || (before !== undefined && record.seq <= before)) bad++
    else if (before !== undefined && record.seq === before + 1) pieces.at(-1)?.push(record)
    else pieces.push([record])
  }
  return { pieces, isWhole: bad === 0 && at === bytes.length, isDamaged: bad > 0 }
}

function parseRecord(text: string): SpoolRecord | undefined {
  const match = /^([0-9a-f]{8}) ([1-9][0-9]{0,15}) (.+)$/s.exec(text)
  const [, expected, seq, line] = match ?? []
  if (expected === undefined || seq === undefined || line === undefined) return undefined
  return sum(`${seq} ${line}`) === expected ? { seq: Number(seq), line } : undefined
}

function sum(body: string): string {
  return crc32(body).toString(16).padStart(8, '0')
}
