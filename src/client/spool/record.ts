import { crc32 } from 'node:zlib'

/** One spooled event: its number and its JSON without one. */
export interface SpoolRecord {
  readonly seq: number
  readonly line: string
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
    if (record === undefined || (last !== undefined && record.seq <= last.seq)) bad++
    else if (last !== undefined && record.seq === last.seq + 1) pieces.at(-1)?.push(record)
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
