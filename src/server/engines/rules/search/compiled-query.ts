import type { Cue } from '../../../../protocol/api.ts'
import { createTest, type ChannelFacts, type CueTest } from '../../../../query/match/filter-test.ts'
import { Plan, requiredWords } from '../../../../query/match/plan.ts'
import { formatQuery } from '../../../../query/language/format.ts'
import type { Filter, Query, Word } from '../../../../query/language/query.ts'
import { lastAtOrBefore } from './last-at-or-before.ts'
import { isOfStream, type SplitQuery } from './split-query.ts'
import type { StreamKey } from './stream-key.ts'

/** What a filter may look at besides the stream. */
export interface CueFields {
  readonly startMs: number
  readonly language: string | null
  readonly airing: string | null
}

export type TitleOf = (channel: string, airing: string, startMs: number) => string | null

/** A query made ready for chunks: its plan, and its filters by channel. */
export class CompiledQuery {
  readonly query: Query
  readonly plan: Plan | null
  /** Words without which nothing is found, by their number in the plan. */
  readonly required: ReadonlySet<number>
  /** The word that is all that is asked for, if it is one and no filter looks at cues. */
  readonly onlyWord: Word | null
  readonly #ofStream: readonly Filter[]
  readonly #channels: ReadonlyMap<string, ChannelFacts>
  readonly #titleOf: TitleOf
  readonly #tests = new Map<Filter, Map<string, CueTest>>()
  readonly #cueless = new Map<Filter, boolean>()
  #name: string | undefined

  constructor(
    { query, ofStream }: Pick<SplitQuery, 'query' | 'ofStream'>,
    channels: ReadonlyMap<string, ChannelFacts>,
    titleOf: TitleOf,
  ) {
    this.query = query
    this.plan = query.kind === 'text' ? new Plan(query.expression) : null
    this.required = new Set(this.plan === null ? [] : requiredWords(this.plan.root))
    this.onlyWord = onlyWord(this.plan)
    this.#ofStream = ofStream
    this.#channels = channels
    this.#titleOf = titleOf
  }

  /** The same for the same query asked of the same channels. */
  get name(): string {
    if (this.#name === undefined) {
      const facts = [...this.#channels.values()].map((one) => [one.id, one.network, one.timeZone])
      const filters = this.#ofStream.map((filter) => formatQuery({ kind: 'filters', filter }))
      this.#name = JSON.stringify([formatQuery(this.query), filters, facts])
    }
    return this.#name
  }

  /** False when nothing of a stream can pass, whatever its cues are. */
  mayPass(stream: StreamKey): boolean {
    if (!this.#channels.has(stream.channel)) return false
    return this.#ofStream.every((filter) => this.passes(filter, stream, nowhere))
  }

  /** Whether a filter looks at the stream alone. */
  isOfStream(filter: Filter): boolean {
    let is = this.#cueless.get(filter)
    if (is === undefined) {
      is = isOfStream(filter)
      this.#cueless.set(filter, is)
    }
    return is
  }

  /** The cue that holds the first token of a hit. */
  cueOf({ position }: { readonly position: ArrayLike<number> }, first: number): number {
    // A query of filters alone has found the cue itself.
    if (this.plan === null) return first
    return lastAtOrBefore(position.length, first, (n) => position[n] ?? 0)
  }

  passes(filter: Filter, { channel, run, track }: StreamKey, cue: CueFields): boolean {
    let tests = this.#tests.get(filter)
    if (tests === undefined) this.#tests.set(filter, (tests = new Map<string, CueTest>()))
    let test: CueTest | undefined = tests.get(channel)
    if (test === undefined) {
      const facts = this.#channels.get(channel)
      if (facts === undefined) return false
      const showOf = ({ airing, start }: Cue): string | null =>
        airing === null ? null : this.#titleOf(channel, airing, Date.parse(start))
      test = createTest(filter, { channel: facts, showOf })
      tests.set(channel, test)
    }
    const { language, airing, startMs } = cue
    return test({
      ...{ channel, run, track, language, airing, id: 1, text: '', mode: 'roll-up', end: '' },
      start: new Date(startMs).toISOString(),
      position: { epoch: '', seq: 0 },
    })
  }
}

function onlyWord(plan: Plan | null): Word | null {
  if (plan?.root.kind !== 'phrase' || plan.root.words.length > 1) return null
  const word = plan.wordList[plan.root.words[0] ?? 0]
  return word?.match === 'exact' ? word : null
}

export const nowhere: CueFields = { startMs: 0, language: null, airing: null }

/** Whether answers hang on the titles of programmes, which may be told anew. */
export function asksForShow(query: Query): boolean {
  return formatQuery(query).includes('show:')
}
