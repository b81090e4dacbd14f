import type { Cue } from '../../../../protocol/api.ts'
import { mergeRanges, type Match, type MatchedCue } from '../../../../query/text/segment.ts'
import type { Tokens } from '../../../../query/text/tokenize.ts'
import type { Passage } from '../../../ports/search.ts'
import { cueIdentity } from '../cue-order.ts'
import { minuteMs } from './measures.ts'
import type { StreamKey } from './stream-key.ts'

/** Words of context on either side. */
export const contextTokens = 24

interface Found {
  /** Of one stream, in order, from before the minute until after all that has a say in it. */
  readonly cues: readonly Cue[]
  readonly matches: readonly Match[]
}

/** What was found in one minute of a stream, with what was said around it; undefined when nothing was. */
export function passageOf(
  { channel, run, track, minute }: StreamKey & { readonly minute: number },
  { cues, matches }: Found,
  titleOf: (cue: Cue) => string | null,
  tokensOf: (cue: Cue) => Tokens,
): Passage | undefined {
  const own = matches.filter(
    (match) => Math.floor(Date.parse(match.cues[0].cue.start) / minuteMs) === minute,
  )
  const matched = joinCues(own.flatMap((match) => match.cues))
  const first = matched[0]?.cue
  const last = matched.at(-1)?.cue
  if (first === undefined || last === undefined) return undefined
  const from = cues.indexOf(first)
  const to = cues.indexOf(last)
  const context = (near: readonly Cue[]): Cue[] => {
    const taken: Cue[] = []
    for (let tokens = 0; taken.length < near.length && tokens < contextTokens;) {
      const cue = near[taken.length]
      if (cue === undefined) break
      taken.push(cue)
      tokens += tokensOf(cue).terms.length
    }
    return taken
  }
  return {
    ...{ channel, run, track, mentions: own.length, cues: matched },
    airing: first.airing === null ? null : { id: first.airing, title: titleOf(first) },
    all: cues.slice(from, to + 1),
    before: context(cues.slice(0, from).reverse()).reverse(),
    after: context(cues.slice(to + 1)),
  }
}

/** Each cue once, in order, with all that is marked in it. */
function joinCues(cues: readonly MatchedCue[]): MatchedCue[] {
  const byIdentity = Map.groupBy(cues, ({ cue }) => cueIdentity(cue))
  return [...byIdentity.values()]
    .flatMap((same) => {
      const [first] = same
      if (first === undefined) return []
      return { cue: first.cue, highlights: mergeRanges(same.flatMap((one) => one.highlights)) }
    })
    .sort((a, b) =>
      a.cue.start < b.cue.start ? -1 : a.cue.start > b.cue.start ? 1 : a.cue.id - b.cue.id,
    )
}
