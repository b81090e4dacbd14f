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
 * The records of a segment, and how many of its bytes they are: what follows the first damaged line
 * cannot be trusted.
 */
export function parseRecords(bytes: Buffer): { records: SpoolRecord[]; goodBytes: number } {
  const records: SpoolRecord[] = []
  let at = 0
  for (;;) {
    const end = bytes.indexOf(10, at)
    if (end === -1) break
    const record = parseRecord(bytes.toString('utf8', at, end))
    const last = records.at(-1)
    if (record === undefined || (last !== undefined && record.seq !== last.seq + 1)) break
    records.push(record)
    at = end + 1
  }
  return { records, goodBytes: at }
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
