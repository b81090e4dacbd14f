import { blob, integer, json, type Row } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import { decodeCues, decodeStretches, encodeChunk } from '../format/chunk.ts'
import type { CueTable, IndexCue, Stretch, StretchInput } from '../format/chunk.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { postingKey, stretchDistance } from '../format/index-schema.ts'
import type { IndexWriter } from './index-writer.ts'
import { packTerms } from '../format/chunk-builder.ts'
import { readPosting, type PositionList } from '../format/posting.ts'
import { decodeAscending } from '../format/varint.ts'

/** Chunks of one size that are there before they are made one. */
const fanIn = 4
/** Sizes: up to so many tokens, up to four times as many, and so on. */
const smallest = 4096
/** What has reached this stays as it is. */
const largest = 600_000

interface ChunkRow {
  readonly id: number
  readonly tokens: number
}

interface Source {
  readonly id: number
  readonly stretches: readonly Stretch[]
  readonly cues: CueTable
  readonly terms: ReadonlySet<number>
}

/** Cues of a source that a merged stretch takes over, and by how much their tokens' numbers move. */
interface Piece {
  readonly source: number
  readonly fromPosition: number
  readonly toPosition: number
  readonly shift: number
}

/** Keeps the number of chunks small: what is small and neighbouring is made one. True when there may be more to do. */
export function compact(writer: IndexWriter): boolean {
  const chunks = rows(writer.db.prepare('SELECT id, tokens FROM chunk ORDER BY id')).map(
    (row): ChunkRow => ({ id: integer(row, 'id'), tokens: integer(row, 'tokens') }),
  )
  const found = mergeable(chunks)
  if (found === undefined) return false
  mergeChunks(writer, found)
  return true
}

/** The last row of neighbours of one size that is long enough. */
function mergeable(chunks: readonly ChunkRow[]): number[] | undefined {
  let row: number[] = []
  let size = -1
  for (const { id, tokens } of chunks.toReversed()) {
    const next = tokens >= largest ? -2 : sizeOf(tokens)
    if (next !== size) row = []
    size = next
    row.push(id)
    if (row.length === fanIn && size >= 0) return row.reverse()
  }
  return undefined
}

function sizeOf(tokens: number): number {
  return Math.max(0, Math.ceil(Math.log(Math.max(1, tokens) / smallest) / Math.log(fanIn)))
}

/** Writes anew, without what a channel said before a minute, each chunk that holds any of it. */
export function forgetChannel(writer: IndexWriter, channel: string, beforeMinute: number): void {
  const named = writer.db.prepare('SELECT id FROM stream WHERE channel = ?')
  const streams = new Set(rows(named, channel).map((row) => integer(row, 'id')))
  const older = writer.db.prepare('SELECT id, stretches FROM chunk WHERE first_minute < ?')
  for (const row of rows(older, beforeMinute)) {
    const holds = decodeStretches(blob(row, 'stretches')).some(
      ({ stream, firstMinute }) => streams.has(stream) && firstMinute < beforeMinute,
    )
    if (!holds) continue
    const fromMinute = (stream: number): number => (streams.has(stream) ? beforeMinute : -Infinity)
    mergeChunks(writer, [integer(row, 'id')], fromMinute)
  }
}

/** Neighbouring chunks as one, without what later ones of them own and what was only there for the edges. */
function mergeChunks(
  writer: IndexWriter,
  ids: readonly number[],
  fromMinute: (stream: number) => number = () => -Infinity,
): void {
  const { db } = writer
  writer.change((version) => {
    const read = db.prepare('SELECT * FROM chunk WHERE id = ?')
    const sources = ids.map((id) => readSource(read.get(id) ?? {}))
    const { inputs, pieces } = mergeStretches(sources, fromMinute)
    const positions = new Map<number, Int32Array>()
    const terms = new Set(sources.flatMap((source) => [...source.terms]))
    const posting = db.prepare('SELECT positions FROM posting WHERE key = ?')
    const removes = ['posting', 'hours'].map((table) =>
      db.prepare(`DELETE FROM ${table} WHERE key = ?`),
    )
    for (const term of terms) {
      const moved: number[] = []
      sources.forEach((one, source) => {
        if (!one.terms.has(term)) return
        const key = postingKey(term, one.id)
        const old = readPosting(blob(posting.get(key) ?? {}, 'positions'))
        for (const piece of pieces) if (piece.source === source) movePiece(old, piece, moved)
        for (const remove of removes) remove.run(key)
      })
      if (moved.length === 0) continue
      positions.set(term, Int32Array.from(moved).sort())
    }
    const removeChunk = db.prepare('DELETE FROM chunk WHERE id = ?')
    for (const id of ids) removeChunk.run(id)
    if (inputs.length === 0) return
    const columns = encodeChunk(inputs, () => undefined)
    writer.write(ids.at(-1) ?? 0, version, { columns, terms: packTerms(columns, positions) })
  })
}

function readSource(row: Row): Source {
  const stretches = decodeStretches(blob(row, 'stretches'))
  const labels = json(row, 'labels') as (string | null)[]
  return {
    id: integer(row, 'id'),
    stretches,
    cues: decodeCues(blob(row, 'cues'), stretches, labels),
    terms: new Set(decodeAscending(blob(row, 'terms'))),
  }
}

/** The merged stretches, in order of streams, and which tokens of which source they take over. */
function mergeStretches(
  sources: readonly Source[],
  fromMinute: (stream: number) => number,
): { inputs: StretchInput[]; pieces: Piece[] } {
  const byStream = new Map<number, { source: number; stretch: Stretch }[]>()
  sources.forEach(({ stretches }, source) => {
    for (const stretch of stretches) {
      const list = byStream.get(stretch.stream) ?? []
      list.push({ source, stretch })
      byStream.set(stretch.stream, list)
    }
  })
  const inputs: StretchInput[] = []
  const pieces: Piece[] = []
  let position = 0
  for (const [stream, list] of [...byStream].sort(([a], [b]) => a - b)) {
    const kept = keptParts(list, sources, fromMinute(stream))
    if (kept.length === 0) continue
    const cues: IndexCue[] = []
    let own = 0
    let before = 0
    kept.forEach(({ source, stretch, ownFrom, ownTo }, n) => {
      const table = sources[source]?.cues
      if (table === undefined) return
      // What comes before something forgotten is forgotten too.
      const from = n === 0 && ownFrom === stretch.ownFrom ? stretch.from : ownFrom
      const to = n === kept.length - 1 ? stretch.to : ownTo
      if (n === 0) before = ownFrom - from
      own += ownTo - ownFrom
      const fromPosition = table.position[from] ?? stretch.end
      const toPosition = to < stretch.to ? (table.position[to] ?? stretch.end) : stretch.end
      pieces.push({ source, fromPosition, toPosition, shift: position - fromPosition })
      position += toPosition - fromPosition
      for (let at = from; at < to; at++) cues.push(cueAt(table, at, stretch))
    })
    inputs.push({ stream, cues, ownFrom: before, ownTo: before + own })
    position += stretchDistance
  }
  return { inputs, pieces }
}

/** Of each source what no later one owns; the last has what comes after its own. */
function keptParts(
  list: readonly { readonly source: number; readonly stretch: Stretch }[],
  sources: readonly Source[],
  fromMinute: number,
): { source: number; stretch: Stretch; ownFrom: number; ownTo: number }[] {
  const kept: { source: number; stretch: Stretch; ownFrom: number; ownTo: number }[] = []
  let limit = Infinity
  for (const { source, stretch } of list.toReversed()) {
    const startMs = sources[source]?.cues.startMs ?? new Float64Array()
    let { ownFrom, ownTo } = stretch
    while (ownTo > ownFrom && (startMs[ownTo - 1] ?? 0) >= limit * minuteMs) ownTo--
    while (ownFrom < ownTo && (startMs[ownFrom] ?? 0) < fromMinute * minuteMs) ownFrom++
    limit = Math.min(limit, stretch.firstMinute)
    if (ownTo > ownFrom) kept.push({ source, stretch, ownFrom, ownTo })
  }
  return kept.reverse()
}

const blanks: string[][] = []

function cueAt(
  { startMs, position, language, airing, labels }: CueTable,
  at: number,
  { to, end }: Stretch,
): IndexCue {
  const count = (at + 1 < to ? (position[at + 1] ?? end) : end) - (position[at] ?? end)
  return {
    startMs: startMs[at] ?? 0,
    terms: (blanks[count] ??= Array.from({ length: count }, () => '')),
    language: labels[language[at] ?? 0] ?? null,
    airing: labels[airing[at] ?? 0] ?? null,
  }
}

function movePiece(old: PositionList, piece: Piece, moved: number[]): void {
  for (const position of old.within(piece.fromPosition, piece.toPosition))
    moved.push(position + piece.shift)
}
