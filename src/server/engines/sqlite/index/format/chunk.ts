import { ByteReader, ByteWriter } from './varint.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { stretchDistance } from './index-schema.ts'

/** What the index knows of a cue. */
export interface IndexCue {
  readonly startMs: number
  readonly terms: readonly string[]
  readonly language: string | null
  readonly airing: string | null
}

/** Cues of one stream in a chunk, `[from, to)` by place in the chunk's table of cues. */
export interface Stretch {
  /** Number of the stream in its month. */
  readonly stream: number
  readonly from: number
  readonly to: number
  /** Its own cues: those before and after are there for what reaches over the edge. */
  readonly ownFrom: number
  readonly ownTo: number
  /** Numbers of the first token, of its own ones, and of the one after the last. */
  readonly start: number
  readonly ownStart: number
  readonly ownEnd: number
  readonly end: number
  /** Minutes since 1970 of its own cues. */
  readonly firstMinute: number
  readonly lastMinute: number
}

/** Own tokens of a chunk by stretch and minute: what hits are counted in. */
export interface MinuteTable {
  /** The first token of each. */
  readonly start: Int32Array
  readonly minute: Int32Array
  /** Place of its stretch. */
  readonly stretch: Int32Array
}

export interface CueTable {
  readonly startMs: Float64Array
  /** The first token of each; a cue of no words has that of the next. */
  readonly position: Int32Array
  /** Places in `labels`. */
  readonly language: Int32Array
  readonly airing: Int32Array
  readonly labels: readonly (string | null)[]
}

export interface StretchInput {
  readonly stream: number
  readonly cues: readonly IndexCue[]
  readonly ownFrom: number
  readonly ownTo: number
}

export interface ChunkColumns {
  readonly tokens: number
  readonly firstMinute: number
  readonly lastMinute: number
  readonly stretches: Uint8Array
  readonly minutes: Uint8Array
  readonly cues: Uint8Array
  readonly labels: readonly (string | null)[]
}

/** Numbers the tokens of stretches, in order, and tells each to `visit`. */
export function encodeChunk(
  inputs: readonly StretchInput[],
  visit: (term: string, position: number) => void,
): ChunkColumns {
  const labels = new Labels()
  const stretches = new ByteWriter()
  const minutes = new ByteWriter()
  const cueBytes = new ByteWriter()
  const languages = new Runs()
  const airings = new Runs()
  let position = 0
  let tokens = 0
  let firstMinute = Infinity
  let lastMinute = -Infinity
  stretches.unsigned(inputs.length)
  for (const { stream, cues, ownFrom, ownTo } of inputs) {
    const before = countTerms(cues, 0, ownFrom)
    const own = countTerms(cues, ownFrom, ownTo)
    const after = countTerms(cues, ownTo, cues.length)
    const first = minuteOf(cues[ownFrom])
    const last = minuteOf(cues[ownTo - 1])
    for (const value of [stream, ownFrom, ownTo - ownFrom, cues.length - ownTo, before, own, after])
      stretches.unsigned(value)
    stretches.unsigned(first)
    stretches.unsigned(last - first)
    encodeMinutes(minutes, cues.slice(ownFrom, ownTo), first)
    let startMs = first * minuteMs
    for (const cue of cues) {
      cueBytes.unsigned(cue.terms.length)
      cueBytes.signed(cue.startMs - startMs)
      startMs = cue.startMs
      languages.add(labels.place(cue.language))
      airings.add(labels.place(cue.airing))
      for (const term of cue.terms) visit(term, position++)
    }
    position += stretchDistance
    tokens += own
    firstMinute = Math.min(firstMinute, first)
    lastMinute = Math.max(lastMinute, last)
  }
  languages.write(cueBytes)
  airings.write(cueBytes)
  return {
    ...{ tokens, firstMinute, lastMinute, labels: labels.list },
    stretches: stretches.take(),
    minutes: minutes.take(),
    cues: cueBytes.take(),
  }
}

export function decodeStretches(bytes: Uint8Array): Stretch[] {
  const reader = new ByteReader(bytes)
  const count = reader.unsigned()
  const found: Stretch[] = []
  let from = 0
  let start = 0
  for (let n = 0; n < count; n++) {
    const stream = reader.unsigned()
    const ownFrom = from + reader.unsigned()
    const ownTo = ownFrom + reader.unsigned()
    const to = ownTo + reader.unsigned()
    const ownStart = start + reader.unsigned()
    const ownEnd = ownStart + reader.unsigned()
    const end = ownEnd + reader.unsigned()
    const firstMinute = reader.unsigned()
    const lastMinute = firstMinute + reader.unsigned()
    found.push({
      ...{ stream, from, to, ownFrom, ownTo, start, ownStart, ownEnd, end },
      ...{ firstMinute, lastMinute },
    })
    from = to
    start = end + stretchDistance
  }
  return found
}

export function decodeMinutes(bytes: Uint8Array, stretches: readonly Stretch[]): MinuteTable {
  const reader = new ByteReader(bytes)
  const start: number[] = []
  const minute: number[] = []
  const stretch: number[] = []
  stretches.forEach(({ ownStart, firstMinute }, n) => {
    let at = firstMinute
    let position = ownStart
    for (let count = reader.unsigned(); count > 0; count--) {
      at += reader.unsigned()
      start.push(position)
      minute.push(at)
      stretch.push(n)
      position += reader.unsigned()
    }
  })
  return {
    start: Int32Array.from(start),
    minute: Int32Array.from(minute),
    stretch: Int32Array.from(stretch),
  }
}

export function decodeCues(
  bytes: Uint8Array,
  stretches: readonly Stretch[],
  labels: readonly (string | null)[],
): CueTable {
  const reader = new ByteReader(bytes)
  const count = stretches.at(-1)?.to ?? 0
  const startMs = new Float64Array(count)
  const position = new Int32Array(count)
  for (const { from, to, start, firstMinute } of stretches) {
    let atMs = firstMinute * minuteMs
    let token = start
    for (let n = from; n < to; n++) {
      position[n] = token
      token += reader.unsigned()
      startMs[n] = atMs += reader.signed()
    }
  }
  const language = readRuns(reader, count)
  const airing = readRuns(reader, count)
  return { startMs, position, language, airing, labels }
}

function encodeMinutes(bytes: ByteWriter, own: readonly IndexCue[], first: number): void {
  const counts = new Map<number, number>()
  for (const cue of own) {
    const minute = minuteOf(cue)
    counts.set(minute, (counts.get(minute) ?? 0) + cue.terms.length)
  }
  bytes.unsigned(counts.size)
  let before = first
  for (const [minute, count] of counts) {
    bytes.unsigned(minute - before)
    bytes.unsigned(count)
    before = minute
  }
}

function minuteOf(cue: IndexCue | undefined): number {
  if (cue === undefined) throw new RangeError('a stretch of the search index without a cue')
  return Math.floor(cue.startMs / minuteMs)
}

function countTerms(cues: readonly IndexCue[], from: number, to: number): number {
  let count = 0
  for (let n = from; n < to; n++) count += cues[n]?.terms.length ?? 0
  return count
}

/** Values that repeat for long, as value and count. */
class Runs {
  readonly #runs: [value: number, count: number][] = []

  add(value: number): void {
    const last = this.#runs.at(-1)
    if (last?.[0] === value) last[1]++
    else this.#runs.push([value, 1])
  }

  write(bytes: ByteWriter): void {
    for (const run of this.#runs) for (const number of run) bytes.unsigned(number)
  }
}

function readRuns(reader: ByteReader, count: number): Int32Array {
  const values = new Int32Array(count)
  for (let at = 0; at < count;) {
    const value = reader.unsigned()
    const end = at + reader.unsigned()
    values.fill(value, at, end)
    at = end
  }
  return values
}

/** Texts that repeat, by place. */
export class Labels {
  readonly list: (string | null)[] = []
  readonly #places = new Map<string | null, number>()

  place(label: string | null): number {
    let place = this.#places.get(label)
    if (place === undefined) {
      place = this.list.length
      this.list.push(label)
      this.#places.set(label, place)
    }
    return place
  }
}
