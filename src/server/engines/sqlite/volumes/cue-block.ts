import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { Cue } from '../../../../protocol/api.ts'
import type { Mode } from '../../../../protocol/events.ts'

/**
 * The cues of one channel in ten minutes, as one compressed value. A row per cue would cost about
 * 40 bytes of keys and headers for every 30 of text; a block costs 2 or 3, and its text a third.
 * Columns of differences, because neighbours in time are near in every number.
 */

/** What repeats from cue to cue: run, track, mode, language, airing, epoch. */
type Context = readonly [string, string, Mode, string | null, string | null, string]

interface Columns {
  readonly contexts: readonly Context[]
  /** Place in `contexts`. */
  readonly context: readonly number[]
  readonly id: readonly number[]
  readonly start: readonly number[]
  readonly duration: readonly number[]
  readonly seq: readonly number[]
  readonly text: readonly string[]
}

/** On ten minutes of captions, levels beyond this one cost time and save under 1 %. */
const level = 9

export function formatCueBlock(cues: readonly Cue[]): Uint8Array {
  const places = new Map<string, number>()
  const contexts: Context[] = []
  const context = cues.map(({ run, track, mode, language, airing, position }) => {
    const value: Context = [run, track, mode, language, airing, position.epoch]
    const key = JSON.stringify(value)
    let place = places.get(key)
    if (place === undefined) {
      places.set(key, (place = contexts.length))
      contexts.push(value)
    }
    return place
  })
  const columns: Columns = {
    contexts,
    context,
    id: differences(cues.map(({ id }) => id)),
    start: differences(cues.map(({ start }) => Date.parse(start))),
    duration: cues.map(({ start, end }) => Date.parse(end) - Date.parse(start)),
    seq: differences(cues.map(({ position }) => position.seq)),
    text: cues.map(({ text }) => text),
  }
  // With a checksum, so that a damaged block is an error and never another text.
  const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: 1 }
  return zstdCompressSync(JSON.stringify(columns), { params })
}

export function parseCueBlock(channel: string, block: Uint8Array): Cue[] {
  const columns = JSON.parse(zstdDecompressSync(block).toString()) as Columns
  const ids = sums(columns.id)
  const starts = sums(columns.start)
  const seqs = sums(columns.seq)
  return columns.text.map((text, n) => {
    const context = columns.contexts[columns.context[n] ?? -1]
    if (context === undefined) throw new Error('a block of cues is damaged')
    const [run, track, mode, language, airing, epoch] = context
    const startMs = starts[n] ?? 0
    return {
      channel,
      track,
      id: ids[n] ?? 0,
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + (columns.duration[n] ?? 0)).toISOString(),
      text,
      mode,
      language,
      run,
      position: { epoch, seq: seqs[n] ?? 0 },
      airing,
    }
  })
}

function differences(values: readonly number[]): number[] {
  return values.map((value, n) => value - (values[n - 1] ?? 0))
}

function sums(values: readonly number[]): number[] {
  let sum = 0
  return values.map((value) => (sum += value))
}
