import type { Reader } from '../../../policy/view.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Rehearsal, RehearsalWish, Suggestion } from '../../../protocol/rehearsal.ts'
import type { SearchTimeline } from '../../../protocol/search.ts'
import type { Query } from '../../../query/language/query.ts'
import { readQuery } from '../search/read-query.ts'
import type { SearchQuestion, SearchService } from '../search/search-service.ts'
import { broader, narrower, type Change } from './suggest.ts'

/** More a day are more than somebody wants to be told of one by one. */
const manyADay = 10
/** A channel that has so much of all mentions may be what is to be left out. */
const loudShare = 0.6
const sampleCount = 5
const dayMs = 86_400_000

/**
 * What an alert on a query would have told in the last days, for a reader: counts, samples, and what else to ask for when
 * it is too much or nothing. It is what a search finds, as an alert finds the same when it is said.
 */
export async function rehearse(
  searches: Pick<SearchService, 'page' | 'timeline'>,
  reader: Reader,
  { query: text, channels, days }: RehearsalWish,
  nowMs: number,
): Promise<Rehearsal> {
  const query = readAlertQuery(text)
  const range = { from: iso(nowMs - days * dayMs), to: iso(nowMs) }
  const question: SearchQuestion = { reader, q: text, channels, tracks: [], ...range }
  const [timeline, page] = await Promise.all([
    count(searches, question),
    searches.page({ ...question, order: 'newest', cursor: null, limit: sampleCount }),
  ])
  const { mentions } = timeline
  const monitoredDays = timeline.items.filter(({ monitored }) => monitored > 0).length
  const perDay = mentions / Math.max(1, monitoredDays)
  const verdict = mentions === 0 ? 'none' : perDay > manyADay ? 'many' : 'fine'
  return {
    ...{ query: timeline.query, canonical: timeline.canonical, days, ...range, mentions, verdict },
    perDay: Math.round(perDay * 10) / 10,
    byDay: timeline.items.map((day) => ({
      ...{ start: day.start, mentions: day.mentions, monitored: day.monitored },
    })),
    byChannel: timeline.facets.channel.map(({ value, label, mentions: count }) => ({
      ...{ channel: value, name: label, mentions: count },
    })),
    samples: page.items,
    suggestion: await suggest(searches, question, query, timeline, verdict),
    complete: timeline.complete && page.complete,
    problems: [...new Set([...timeline.problems, ...page.problems])],
  }
}

/** A query that an alert can wait for; `bad-request` (CcrError) for one that every caption would match. */
export function readAlertQuery(text: string): Extract<Query, { kind: 'text' }> {
  const query = readQuery(text)
  if (query.kind === 'text') return query
  throw new CcrError(
    'bad-request',
    'query: an alert needs at least one word; filters alone would find everything that is said there.',
  )
}

/** The first change that finds something, and less or more than now. */
async function suggest(
  searches: Pick<SearchService, 'timeline'>,
  question: SearchQuestion,
  query: Extract<Query, { kind: 'text' }>,
  { mentions, facets }: SearchTimeline,
  verdict: Rehearsal['verdict'],
): Promise<Suggestion | null> {
  if (verdict === 'fine') return null
  const [first, second] = facets.channel
  const isLoud = second !== undefined && (first?.mentions ?? 0) > loudShare * mentions
  const changes: Change[] =
    verdict === 'many' ? narrower(query, isLoud ? (first?.value ?? null) : null) : broader(query)
  for (const change of changes) {
    const found = await count(searches, { ...question, q: change.query })
    if (found.mentions > 0 && (verdict === 'none' || found.mentions < mentions))
      return { ...change, mentions: found.mentions }
  }
  return null
}

async function count(
  searches: Pick<SearchService, 'timeline'>,
  question: SearchQuestion,
): Promise<SearchTimeline> {
  return await searches.timeline({
    ...{ ...question, interval: 'day', by: 'channel', timeZone: 'UTC' },
  })
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
