import { readFileSync } from 'node:fs'
import { decodeInOrder, type TimedCue } from '../recording.ts'

export interface Recording {
  readonly bytes: Buffer
  readonly cues: readonly TimedCue[]
}

const headerBytes = 11
const groupHeadBytes = 10

/** The first seconds of an RCWT recording, as a recording of its own. */
export function cutRecording(file: string, seconds: number): Recording {
  const all = readFileSync(file)
  let at = headerBytes
  while (at + groupHeadBytes <= all.length && all.readBigInt64LE(at) < seconds * 1000)
    at += groupHeadBytes + all.readUInt16LE(at + 8) * 3
  const bytes = all.subarray(0, at)
  return { bytes, cues: decodeInOrder(bytes) }
}
