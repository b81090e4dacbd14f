import { createHash } from 'node:crypto'
import { createFileState, type FileItem } from '../../../captions/files/caption-file.ts'
import { startOf } from '../../../captions/files/hold-apart.ts'
import { fileWriters } from '../../../captions/files/writers.ts'
import type { Airing, Cue, Gap } from '../../../protocol/api.ts'
import type {
  CuePage,
  CueQuery,
  FilePage,
  FilePlace,
  FileRequest,
  SpanRange,
} from '../../ports/archive.ts'

/** What an engine reads for a file. */
export interface FileSource {
  cues(query: CueQuery): CuePage
  airings(range: SpanRange, limit: number): readonly Airing[]
  gaps(range: SpanRange, limit: number): readonly Gap[]
}

/** A page is about 10 ms of a reading worker's time; its size is part of what `digest` means. */
const cuesPerPage = 2000
const spansPerRead = 1000

/** `Archive.file`, over any engine. */
export function makeFilePage(
  source: FileSource,
  request: FileRequest,
  place: FilePlace | null,
  want: 'bytes' | 'length',
): FilePage {
  const { channel, range, tracks, facts } = request
  const writer = fileWriters[facts.format]
  // A place may be gone on from more than once.
  const state = place === null ? createFileState(facts) : structuredClone(place.state)
  const page = source.cues({
    ...{ channel, ...range, tracks, run: null, order: 'oldest' as const },
    ...{ cursor: place?.cursor ?? null, limit: cuesPerPage },
  })
  const last = page.cursor === null ? undefined : page.cues.at(-1)
  // Whatever begins up to the last cue, that moment included, is told on this page.
  const told = last === undefined ? range.to : nextMillisecond(last.start)
  const items: FileItem[] = chosen(page.cues, request).map((value) => ({ type: 'cue', value }))
  if (writer.tellsSpans && request.cues === null)
    items.unshift(...spansBetween(source, place?.told ?? null, range.from, told))
  items.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0))

  let text = place === null ? writer.head(facts) : ''
  for (const item of items) text += writer.item(item, facts, state)
  if (page.cursor === null || told === null) text += writer.tail(facts, state)
  const bytes = new TextEncoder().encode(text)
  const digest = createHash('sha256')
    .update(place?.digest ?? '')
    .update(bytes)
    .digest('base64url')
  return {
    bytes: want === 'bytes' ? bytes : null,
    length: bytes.length,
    counts: { cues: state.cues, late: state.line21.late, replaced: state.line21.replaced },
    digest,
    next:
      page.cursor === null || told === null ? null : { cursor: page.cursor, told, digest, state },
  }
}

function chosen(cues: readonly Cue[], { cues: wanted }: FileRequest): readonly Cue[] {
  if (wanted === null) return cues
  const identities = new Set(wanted)
  return cues.filter(({ run, track, id }) => identities.has(`${run}/${track}/${id}`))
}

/** Airings, then gaps, that begin in [since, to); on the first page also those that have begun and are not over. */
function spansBetween(
  source: FileSource,
  since: string | null,
  from: string | null,
  to: string | null,
): FileItem[] {
  // What began before has been told: earlier months need not be looked into again.
  const range = since === null ? { from, to } : { from: since, to, startFrom: since }
  const isNew = (item: FileItem): boolean => since === null || startOf(item) >= since
  const airings = readAll((until) => source.airings({ ...range, to: until }, spansPerRead), to)
  const gaps = readAll((until) => source.gaps({ ...range, to: until }, spansPerRead), to)
  return [
    ...airings.map((value): FileItem => ({ type: 'airing', value })),
    ...gaps.map((value): FileItem => ({ type: 'gap', value })),
  ].filter(isNew)
}

/** Lists come newest first and cut at their limit: what is older is asked for again. */
function readAll<T extends Airing | Gap>(
  read: (until: string | null) => readonly T[],
  to: string | null,
): T[] {
  const found = new Map<string, T>()
  let until = to
  for (;;) {
    const some = read(until)
    const before = found.size
    for (const span of some) found.set(span.id, span)
    const oldest = some.at(-1)
    if (oldest === undefined || some.length < spansPerRead || found.size === before) break
    until = nextMillisecond('from' in oldest ? oldest.from : oldest.start)
  }
  return [...found.values()].reverse()
}

function nextMillisecond(at: string): string {
  return new Date(Date.parse(at) + 1).toISOString()
}
