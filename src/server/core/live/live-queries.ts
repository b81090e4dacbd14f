import type { Cue } from '../../../protocol/api.ts'
import type { ChannelFacts } from '../../../query/match/filter-test.ts'
import { formatQuery } from '../../../query/language/format.ts'
import { LiveFilter } from '../../../query/live/live-filter.ts'
import type { Query } from '../../../query/language/query.ts'
import type { LogEntry } from '../../ports/log.ts'
import { readQuery } from '../search/read-query.ts'
import type { CueFilter } from './live-stream.ts'

type CueEntry = Extract<LogEntry, { type: 'cue' }>

/** Queries of live subscriptions (docs/query.md): the same language and the same answers as a search has. */
export class LiveQueries {
  readonly #factsOf: (channel: string) => ChannelFacts
  readonly #titleOf: (channel: string, airing: string) => string | null

  /** `titleOf`: of an airing that is on, or null. */
  constructor(
    factsOf: (channel: string) => ChannelFacts,
    titleOf: (channel: string, airing: string) => string | null,
  ) {
    this.#factsOf = factsOf
    this.#titleOf = titleOf
  }

  /** The one way to write that query, so that readers who want the same share it; throws `bad-request` (CcrError). */
  canonical(text: string): string {
    return formatQuery(readQuery(text))
  }

  /** A filter with nothing in it yet. */
  filter(text: string, channel: string): CueFilter {
    const titleOf = (airing: string): string | null => this.#titleOf(channel, airing)
    return new QueryFilter(readQuery(text), this.#factsOf(channel), titleOf)
  }
}

class QueryFilter implements CueFilter {
  readonly #filter: LiveFilter
  readonly #entries = new WeakMap<Cue, CueEntry>()
  readonly #titles = new Map<string, string>()

  constructor(query: Query, channel: ChannelFacts, titleOf: (airing: string) => string | null) {
    this.#filter = new LiveFilter({
      query,
      channel,
      showOf: ({ airing }) =>
        airing === null ? null : (this.#titles.get(airing) ?? titleOf(airing)),
    })
  }

  take(entry: LogEntry, nowMs: number): readonly CueEntry[] {
    switch (entry.type) {
      case 'cue':
        this.#entries.set(entry.value, entry)
        return this.#entriesOf(this.#filter.take(entry.value, nowMs))
      case 'gap':
        return this.#entriesOf(this.#filter.gap(entry.value))
      case 'airing':
        this.#learnTitle(entry.value)
        return []
      case 'removed':
        return []
    }
  }

  tick(nowMs: number): readonly CueEntry[] {
    return this.#entriesOf(this.#filter.tick(nowMs))
  }

  #learnTitle({ id, title }: { readonly id: string; readonly title: string }): void {
    this.#titles.set(id, title)
    const [oldest] = this.#titles.keys()
    if (this.#titles.size > keptTitles && oldest !== undefined) this.#titles.delete(oldest)
  }

  #entriesOf(cues: readonly Cue[]): readonly CueEntry[] {
    return cues.map((cue) => this.#entries.get(cue) ?? { type: 'cue', late: false, value: cue })
  }
}

/** Airings whose cues may still come. */
const keptTitles = 20
