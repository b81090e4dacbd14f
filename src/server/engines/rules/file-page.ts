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

/** `Archive.file`, over an engine that answers at once. */
export function makeFilePage(
  source: FileSource,
  request: FileRequest,
  place: FilePlace | null,
  want: 'bytes' | 'length',
): FilePage {
  const page = source.cues(fileCues(request, place))
  const range = fileSpans(request, place, page)
  const spans = range === null ? [] : readSpans(source, range)
  return formatFilePage(request, place, want, page, spans)
}

/** The cues of the page that begins at a place. */
export function fileCues(
  { channel, range, tracks }: FileRequest,
  place: FilePlace | null,
): CueQuery {
  return {
    ...{ channel, ...range, tracks, run: null, order: 'oldest' },
    ...{ cursor: place?.cursor ?? null, limit: cuesPerPage },
  }
}

/**
 * The range whose airings and gaps are told beside these cues; null when none are. On the first page also those that have
 * begun and are not over.
 */
export function fileSpans(
  { range: { from, to }, facts, cues }: FileRequest,
  place: FilePlace | null,
  page: CuePage,
): SpanRange | null {
  if (!fileWriters[facts.format].tellsSpans || cues !== null) return null
  const upTo = toldBy(page, to)
  // What began before has been told: earlier months need not be looked into again.
  if (place !== null) return { from: place.told, to: upTo, startFrom: place.told }
  return { from, to: upTo }
}

/** `spans` are airings, then gaps, each in order of their starts. */
export function formatFilePage(
  request: FileRequest,
  place: FilePlace | null,
  want: 'bytes' | 'length',
  page: CuePage,
  spans: readonly (Airing | Gap)[],
): FilePage {
  const { facts } = request
  const writer = fileWriters[facts.format]
  // A place may be gone on from more than once.
  const state = place === null ? createFileState(facts) : structuredClone(place.state)
  const told = page.cursor === null ? null : toldBy(page, request.range.to)
  const items = [
    ...spans.map(itemOf),
    ...chosen(page.cues, request).map((value): FileItem => ({ type: 'cue', value })),
  ].sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0))

  let text = place === null ? writer.head(facts) : ''
  for (const item of items) text += writer.item(item, facts, state)
  if (told === null) text += writer.tail(facts, state)
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

/** Whatever begins up to the last cue, that moment included, is told on its page; on the last page all of the range. */
function toldBy({ cues, cursor }: CuePage, to: string | null): string | null {
  const last = cursor === null ? undefined : cues.at(-1)
  return last === undefined ? to : nextMillisecond(last.start)
}

function itemOf(value: Airing | Gap): FileItem {
  return 'from' in value ? { type: 'gap', value } : { type: 'airing', value }
}

function chosen(cues: readonly Cue[], { cues: wanted }: FileRequest): readonly Cue[] {
  if (wanted === null) return cues
  const identities = new Set(wanted)
  return cues.filter(({ run, track, id }) => identities.has(`${run}/${track}/${id}`))
}

function readSpans(source: FileSource, range: SpanRange): (Airing | Gap)[] {
  return [
    ...readAll((to) => source.airings({ ...range, to }, spansPerRead), range.to),
    ...readAll((to) => source.gaps({ ...range, to }, spansPerRead), range.to),
  ]
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
