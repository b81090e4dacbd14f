import { appendFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import type { Cue } from '../../src/protocol/api.ts'
import { tokenize } from '../../src/query/text/tokenize.ts'
import { indexFile, volumeFile } from '../../src/server/engines/sqlite/data-folder.ts'
import type { IndexCue } from '../../src/server/engines/sqlite/index/format/chunk.ts'
import {
  marginAfter,
  marginBefore,
  minuteMs,
} from '../../src/server/engines/rules/search/measures.ts'
import {
  IndexWriter,
  type SealedStream,
} from '../../src/server/engines/sqlite/index/write/index-writer.ts'
import { compact } from '../../src/server/engines/sqlite/index/write/merge-chunks.ts'
import { VolumeWriter } from '../../src/server/engines/sqlite/volumes/volume-writer.ts'
import { airingsOf, channelCount, channelName, cuesOf } from './speech.ts'
import { Vocabulary } from './vocabulary.ts'

/**
 * A worker that writes one month: the volume, the search index and the peers' file. The log is left out, because it is
 * made for what arrives cue by cue; the index is written in the pieces in which twelve channels would have sealed it.
 */
export interface MonthOrder {
  readonly dataDir: string
  readonly month: number
  readonly minutes: string
  readonly fromHour: number
  readonly toHour: number
  /** Of all months. */
  readonly lastHour: number
}

export interface MonthDone {
  readonly cues: number
  readonly words: number
}

/** Some 400,000 words of twelve channels. */
const hoursPerChunk = 4

const { dataDir, month, minutes, fromHour, toHour, lastHour } = workerData as MonthOrder
const vocabulary = new Vocabulary()
const volume = new VolumeWriter(volumeFile(dataDir, month), month)
const index = new IndexWriter(indexFile(dataDir, month))
const known = new Map<string, readonly IndexCue[]>()
let cues = 0
let words = 0

for (let hour = fromHour; hour < toHour; hour += hoursPerChunk) {
  const until = Math.min(toHour, hour + hoursPerChunk)
  file(hour, until)
  const streams = Array.from({ length: channelCount }, (_, n) => stretch(n, hour, until))
  const sealedTo = Array.from({ length: channelCount }, (_, n): [string, number] => [
    channelName(n),
    (lastHour + 1) * 10_000,
  ])
  index.add(streams, new Map(until === toHour ? sealedTo : []))
  while (compact(index));
  for (const key of known.keys()) if (Number(key.split(' ')[1]) < until - 1) known.delete(key)
}
volume.close()
index.close()
parentPort?.postMessage({ cues, words } satisfies MonthDone)

function file(from: number, to: number): void {
  volume.transaction(() => {
    for (let hour = from; hour < to; hour++)
      for (let channel = 0; channel < channelCount; channel++) {
        const found = cuesOf(vocabulary, channel, hour)
        volume.addCues(channelName(channel), found)
        for (const airing of airingsOf(vocabulary, channel, hour))
          volume.setSpan('airing', channelName(channel), airing)
        known.set(`${channel} ${hour}`, found.map(indexCue))
        cues += found.length
      }
  })
  for (let hour = from; hour < to; hour++) writeMinutes(hour)
}

function indexCue({ start, text, language, airing }: Cue): IndexCue {
  return { startMs: Date.parse(start), terms: tokenize(text).terms, language, airing }
}

function indexCues(channel: number, hour: number): readonly IndexCue[] {
  if (hour < 0 || hour > lastHour) return []
  const key = `${channel} ${hour}`
  let found = known.get(key)
  if (found === undefined) known.set(key, (found = cuesOf(vocabulary, channel, hour).map(indexCue)))
  return found
}

/** Its own hours, and of those beside as much as a query reaches into. */
function stretch(channel: number, from: number, to: number): SealedStream {
  const own = Array.from({ length: to - from }, (_, n) => indexCues(channel, from + n)).flat()
  const before = reach(indexCues(channel, from - 1).toReversed(), marginBefore).reverse()
  const after = reach(indexCues(channel, to), marginAfter)
  return {
    key: { channel: channelName(channel), run: 'r1', track: 'CC1' },
    cues: [...before, ...own, ...after],
    ownFrom: before.length,
    ownTo: before.length + own.length,
  }
}

function reach(found: readonly IndexCue[], tokens: number): IndexCue[] {
  let at = 0
  for (let count = 0; at < found.length && count < tokens; at++)
    count += found[at]?.terms.length ?? 0
  return found.slice(0, at)
}

function writeMinutes(hour: number): void {
  const lines: { readonly minute: number; readonly line: string }[] = []
  for (let channel = 0; channel < channelCount; channel++) {
    const byMinute = Map.groupBy(indexCues(channel, hour), ({ startMs }) =>
      Math.floor(startMs / minuteMs),
    )
    for (const [minute, found] of byMinute) {
      const terms = found.flatMap((cue) => cue.terms)
      words += terms.length
      lines.push({ minute, line: `${channel}\t${minute}\t${terms.join(' ')}\n` })
    }
  }
  lines.sort((a, b) => a.minute - b.minute)
  appendFileSync(minutes, lines.map(({ line }) => line).join(''))
}
