import type { Cue } from '../../protocol/api.ts'
import { createTest, type CueFacts } from './filter-test.ts'
import { parts, type GapTimes } from '../live/gap-book.ts'
import type { Query } from '../language/query.ts'
import { Evaluator, Segment, type Match } from '../text/segment.ts'
import { tokenize, type Tokens } from '../text/tokenize.ts'

/**
 * All matches of a query in cues of one channel: of a whole archive, or of the passages that an index
 * offers, given with their window of tokens before and after. In order of track, run and place.
 */
export function findMatches(
  query: Query,
  facts: CueFacts,
  cues: readonly Cue[],
  gaps: readonly GapTimes[],
): Match[] {
  if (query.kind === 'filters') {
    const test = createTest(query.filter, facts)
    return cues.filter(test).map((cue) => ({ cues: [{ cue, highlights: [] }] }))
  }
  const evaluator = new Evaluator(query.expression, facts)
  return streams(cues).flatMap((stream) => matchesOfStream(evaluator, stream, gaps))
}

/** The same in one track of one run, its cues in order; who has cut their texts into words before can give them. */
export function matchesOfStream(
  evaluator: Evaluator,
  stream: readonly Cue[],
  gaps: readonly GapTimes[],
  tokensOf: (cue: Cue) => Tokens = ({ text }) => tokenize(text),
): Match[] {
  return segments(evaluator, stream, gaps, tokensOf).flatMap((segment) =>
    segment.spans().map((span) => segment.match(span)),
  )
}

/** The cues of each track of each run, in order. */
function streams(cues: readonly Cue[]): Cue[][] {
  const byStream = Map.groupBy(cues, ({ run, track }) => `${track} ${run}`)
  return [...byStream.values()].map((stream) =>
    stream.sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id - b.id)),
  )
}

function segments(
  evaluator: Evaluator,
  stream: readonly Cue[],
  gaps: readonly GapTimes[],
  tokensOf: (cue: Cue) => Tokens,
): Segment[] {
  const found: Segment[] = []
  let segment: Segment | undefined
  for (const cue of stream) {
    const before = segment?.cues.at(-1)?.cue
    const isCut = before !== undefined && gaps.some((gap) => parts(gap, before, cue))
    if (segment === undefined || isCut) found.push((segment = new Segment(evaluator)))
    segment.append(cue, tokensOf(cue), 0)
  }
  return found
}
