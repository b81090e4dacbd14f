import type { DatabaseSync } from 'node:sqlite'
import { tokenize } from '../../../../../query/text/tokenize.ts'
import { IndexVolume, type SealedChunk } from '../../index/search/index-volume.ts'
import { encodeHours, hoursOf } from '../../index/format/hours.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { postingKey } from '../../index/format/index-schema.ts'
import { streamName } from '../../index/tail/tail.ts'
import { readPosting } from '../../index/format/posting.ts'
import { decodeAscending } from '../../index/format/varint.ts'
import { blob, integer } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import { formatMonth, monthStartMs } from '../../volumes/months.ts'
import type { Findings } from './findings.ts'
import type { Ledger } from './ledger.ts'

/** Sums of fingerprints stay exact below this. */
const modulus = 2 ** 48
const cuesPerRead = 1000
const empty = new Uint8Array(0)

/** What one stream says: how many cues and words, and a sum over each word with its place. */
interface Sum {
  cues: number
  words: number
  print: number
}

/** Holds the search index of a month against the cues that it was made from. */
export function checkIndex(
  db: DatabaseSync,
  month: number,
  archive: ArchiveReader,
  ledger: Ledger,
  findings: Findings,
): void {
  db.exec('BEGIN')
  const index = new IndexVolume(db, month)
  index.refresh()
  const said = new Map<string, Sum>()
  const hashes = readHashes(db)
  let miscounted = 0
  for (const chunk of index.chunks) {
    if (!addChunk(index, chunk, hashes, said)) miscounted++
    findings.count('index chunks')
  }
  const stored = new Map<string, Sum>()
  for (const channel of index.channels) {
    const beforeMs = ledger.channels.get(channel)?.forgottenMs ?? -Infinity
    const fromMs = Math.ceil(beforeMs / minuteMs) * minuteMs
    addCues({ channel, month, fromMs, sealedTo: index.sealedTo(channel) }, archive, stored)
  }
  db.exec('COMMIT')
  if (miscounted > 0)
    findings.problem(
      `The search index of ${formatMonth(month)} counts words by hour otherwise than they stand in it; ccr index --month ${formatMonth(month)} makes it again.`,
    )
  for (const name of new Set([...said.keys(), ...stored.keys()])) {
    const a = said.get(name)
    const b = stored.get(name)
    if (a?.cues === b?.cues && a?.words === b?.words && a?.print === b?.print) continue
    const [channel = '', track = '', run = ''] = name.split(' ')
    findings.problem(
      `The search index of ${formatMonth(month)} has ${a?.words ?? 0} words of ${channel} ${track} in the run ${run}, or not the same ones as its cues, which have ${b?.words ?? 0}; ccr index --month ${formatMonth(month)} makes it again.`,
    )
  }
}

/** Words of the whole month by number, as their fingerprints. */
function readHashes(db: DatabaseSync): Map<number, number> {
  const found = new Map<number, number>()
  for (const row of db.prepare('SELECT id, text FROM term').iterate())
    found.set(integer(row, 'id'), hash(String(row['text'])))
  return found
}

/** False when what it counts by hour is not what stands in it. */
function addChunk(
  index: IndexVolume,
  chunk: SealedChunk,
  hashes: ReadonlyMap<number, number>,
  sums: Map<string, Sum>,
): boolean {
  const minutes = chunk.minutes()
  const hours = hoursOf(minutes)
  let isCounted = true
  const end = chunk.stretches.at(-1)?.end ?? 0
  const words = new Float64Array(end).fill(-1)
  const posting = index.db.prepare('SELECT positions FROM posting WHERE key = ?')
  const [row] = rows(index.db.prepare('SELECT terms FROM chunk WHERE id = ?'), chunk.id)
  for (const term of decodeAscending(blob(row ?? {}, 'terms'))) {
    const found = posting.get(postingKey(term, chunk.id)) ?? {}
    const positions = readPosting(blob(found, 'positions')).list()
    for (const position of positions) words[position] = hashes.get(term) ?? -1
    const counts = index.hourCountsOnce(term, chunk.id)
    const wanted = counts && encodeHours(positions, minutes, chunk.stretches, hours)
    if (counts !== undefined && Buffer.compare(counts, wanted ?? empty) !== 0) isCounted = false
  }
  const cues = chunk.cues()
  chunk.stretches.forEach(({ ownFrom, ownTo, to, end: last }, n) => {
    const key = chunk.keys[n]
    if (key === undefined) return
    const limitMs = chunk.limitOf(n) * minuteMs
    const sum = sumOf(sums, streamName(key))
    for (let at = ownFrom; at < ownTo; at++) {
      const startMs = cues.startMs[at] ?? 0
      if (startMs >= limitMs) continue
      const from = cues.position[at] ?? 0
      const until = at + 1 < to ? (cues.position[at + 1] ?? last) : last
      sum.cues++
      for (let position = from; position < until; position++)
        addWord(sum, startMs, position - from, words[position] ?? -1)
    }
  })
  return isCounted
}

function addCues(
  wanted: {
    readonly channel: string
    readonly month: number
    readonly fromMs: number
    readonly sealedTo: number
  },
  archive: ArchiveReader,
  sums: Map<string, Sum>,
): void {
  const { channel, month, fromMs, sealedTo } = wanted
  const query = {
    ...({ channel, tracks: null, run: null, order: 'oldest', limit: cuesPerRead } as const),
    from: new Date(Math.max(fromMs, monthStartMs(month))).toISOString(),
    to: new Date(monthStartMs(month + 1)).toISOString(),
  } as const
  let cursor: string | null = null
  do {
    const page = archive.cues({ ...query, cursor }, true)
    for (const cue of page?.cues ?? []) {
      if (cue.position.seq > sealedTo) continue
      const sum = sumOf(sums, streamName(cue))
      sum.cues++
      const startMs = Date.parse(cue.start)
      tokenize(cue.text).terms.forEach((term, n) => addWord(sum, startMs, n, hash(term)))
    }
    cursor = page?.cursor ?? null
  } while (cursor !== null)
}

function sumOf(sums: Map<string, Sum>, name: string): Sum {
  let sum = sums.get(name)
  if (sum === undefined) sums.set(name, (sum = { cues: 0, words: 0, print: 0 }))
  return sum
}

function addWord(sum: Sum, startMs: number, place: number, word: number): void {
  const mixed = Math.imul((word ^ (startMs % 0xffffff)) + place, 0x9e3779b1) >>> 0
  sum.words++
  sum.print = (sum.print + mixed * (1 + (place & 0xff))) % modulus
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193) >>> 0
  return value
}
