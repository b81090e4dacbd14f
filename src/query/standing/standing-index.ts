import type { Cue, Gap } from '../../protocol/api.ts'
import { windowTokens, type Expression } from '../language/query.ts'
import { TrackStream } from '../live/track-stream.ts'
import { phraseStarts } from '../match/evaluate.ts'
import type { ChannelFacts } from '../match/filter-test.ts'
import { minimalSpans } from '../match/minimal-spans.ts'
import { Segment, type Evaluator, type Match, type SegmentCue } from '../text/segment.ts'
import { tokenize, type Tokens } from '../text/tokenize.ts'
import { ChannelWindows, type Give } from './channel-windows.ts'
import { Evaluators } from './evaluators.ts'
import type { SharedWindow } from './shared-window.ts'
import { StandingEntry } from './standing-entry.ts'
import { WakeList } from './wake-list.ts'

/** A place where the standing query of that key is true. */
export interface StandingHit {
  readonly key: string
  readonly channel: string
  readonly match: Match
}

/** Removed queries whose words are held before all are learnt anew. */
const mostRemoved = 1000

/**
 * Any number of queries that wait for cues of any number of channels. Each gives the matches that a `StandingMatcher`
 * of its own would give, and a cue costs only those that it could concern: a query is woken by the rarest words that
 * each of its matches must hold, then waits for the others that it lacks, and is evaluated where all of them are near.
 */
export class StandingIndex {
  readonly #entries = new Map<string, StandingEntry>()
  readonly #wake = new WakeList()
  readonly #channels = new Map<string, ChannelWindows>()
  readonly #evaluators = new Evaluators()
  #removed = 0

  get size(): number {
    return this.#entries.size
  }

  /** A query of a key that is there already takes its place. */
  add(key: string, expression: Expression): void {
    this.remove(key)
    const entry = new StandingEntry(key, expression, this.#wake.book)
    this.#entries.set(key, entry)
    this.#wake.add(entry)
  }

  remove(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#wake.remove(entry)
    this.#evaluators.forget(entry)
    for (const channel of this.#channels.values()) channel.forget(entry)
    if (++this.#removed <= mostRemoved || this.#removed <= this.#entries.size) return
    this.#removed = 0
    this.#wake.learnAnew(this.#entries.values())
  }

  /** What is known of a channel from now on; `showOf` tells the title of a cue's airing, or null. */
  describe(facts: ChannelFacts, showOf: (cue: Cue) => string | null): void {
    const channel = this.#channels.get(facts.id)
    if (channel !== undefined) channel.facts = { channel: facts, showOf }
    else this.#channels.set(facts.id, new ChannelWindows({ channel: facts, showOf }))
  }

  /** A cue, in the channel's order of storage; `tokens`: those of it, when somebody has cut it already. */
  take(cue: Cue, nowMs: number, tokens: Tokens = tokenize(cue.text)): StandingHit[] {
    const channel = this.#channel(cue.channel)
    const { hits, give } = collect(cue.channel)
    // What time has decided was decided before this cue was known, whether or not somebody looked.
    channel.tick(nowMs, give)
    const window = channel.window(cue, give)
    this.#wake.bringUpToDate(window)
    if (tokens.terms.length > 0) this.#hear(channel, window, cue, tokens, nowMs, give)
    return hits
  }

  /**
   * What queries that were added late would have given, had they been there since a time of the air: in as much as is held,
   * which is what was said last on each track since it was cut. What is not decided yet is given later, as for all.
   */
  heardSince(keys: Iterable<string>, since: string): StandingHit[] {
    const entries = [...keys].flatMap((key) => this.#entries.get(key) ?? [])
    return [...this.#channels].flatMap(([id, channel]) => {
      const { hits, give } = collect(id)
      for (const window of channel.windows) {
        const first = window.cues.findIndex(({ cue }) => cue.end >= since)
        if (first < 0) continue
        this.#wake.bringUpToDate(window)
        for (const entry of entries) this.#hearAgain(entry, channel, window, first, give)
      }
      return hits
    })
  }

  /** A gap, or what is now known of one; matches never run across it. */
  gap(gap: Gap): StandingHit[] {
    const { hits, give } = collect(gap.channel)
    this.#channel(gap.channel).gap(gap, give)
    return hits
  }

  /** The matches that time has decided; every second or so is often enough. */
  tick(nowMs: number): StandingHit[] {
    return [...this.#channels].flatMap(([id, channel]) => {
      const { hits, give } = collect(id)
      channel.tick(nowMs, give)
      return hits
    })
  }

  #hearAgain(
    entry: StandingEntry,
    channel: ChannelWindows,
    window: SharedWindow,
    first: number,
    give: Give,
  ): void {
    // No match is without a word of its anchor.
    if (entry.anchor.words.every((word) => window.lastOf(word) < 0)) return
    const evaluator = this.#evaluators.of(entry, channel.facts)
    const { cues, isWhole } = window
    if (!entry.isPatient) {
      giveFrom(entry, new Segment(evaluator), cues, first, give)
      return
    }
    const stream = new TrackStream(evaluator, window, true)
    stream.learn(cues.slice(0, first), isWhole)
    for (const { cue, tokens, arrivedMs } of cues.slice(first))
      for (const match of stream.take(cue, tokens, arrivedMs)) give(entry, match)
    if (!window.patients.has(entry)) window.patients.set(entry, stream)
  }

  #channel(id: string): ChannelWindows {
    let channel = this.#channels.get(id)
    if (channel === undefined) {
      const facts = { channel: { id, network: null, timeZone: 'UTC' }, showOf: () => null }
      channel = new ChannelWindows(facts)
      this.#channels.set(id, channel)
    }
    return channel
  }

  #hear(
    channel: ChannelWindows,
    window: SharedWindow,
    cue: Cue,
    tokens: Tokens,
    nowMs: number,
    give: Give,
  ): void {
    const { isWhole } = window
    const held = window.cues.length
    const words = this.#wake.hear(tokens)
    window.append(cue, tokens, nowMs, words)
    this.#wake.eachConcerned(window, words, (entry) => {
      if (window.patients.has(entry)) return
      const evaluator = (): Evaluator => this.#evaluators.of(entry, channel.facts)
      if (!entry.isPatient) {
        if (isCompleted(entry, window, evaluator))
          giveNewest(entry, new Segment(evaluator()), window, give)
        return
      }
      const stream = new TrackStream(evaluator(), window, true)
      stream.learn(window.cues.slice(0, held), isWhole)
      window.patients.set(entry, stream)
    })
    for (const [entry, stream] of window.patients)
      for (const match of stream.take(cue, tokens, nowMs)) give(entry, match)
    window.trim()
    this.#wake.balance()
  }
}

/** Whether the newest cue completes a match: most often not, which is found out without cutting anything up. */
function isCompleted(
  { root, words }: StandingEntry,
  window: SharedWindow,
  evaluator: () => Evaluator,
): boolean {
  const from = window.newest - windowTokens + 1
  const positions = words.map((word) => window.positionsFrom(word, from))
  const { lasts } = minimalSpans(root, {
    starts: (wanted) => phraseStarts(wanted, positions),
    passes: (filter, position) => {
      const held = window.cueAt(position)
      return held !== undefined && evaluator().passes(filter, held.cue)
    },
  })
  return (lasts[lasts.length - 1] ?? -1) >= window.newest
}

/** The matches that the newest cue completes. What is said later takes none away and makes none shorter. */
function giveNewest(
  entry: StandingEntry,
  segment: Segment,
  window: SharedWindow,
  give: Give,
): void {
  const near = window.cuesFrom(window.newest - windowTokens + 1)
  giveFrom(entry, segment, near, near.length - 1, give)
}

/** The matches that one of the cues from `first` on completes. */
function giveFrom(
  entry: StandingEntry,
  segment: Segment,
  cues: readonly SegmentCue[],
  first: number,
  give: Give,
): void {
  for (const { cue, tokens, arrivedMs } of cues) segment.append(cue, tokens, arrivedMs)
  const from = segment.cues[first]?.base ?? 0
  for (const span of segment.spans()) if (span[1] >= from) give(entry, segment.match(span))
}

function collect(channel: string): { readonly hits: StandingHit[]; readonly give: Give } {
  const hits: StandingHit[] = []
  return { hits, give: ({ key }, match) => hits.push({ key, channel, match }) }
}
