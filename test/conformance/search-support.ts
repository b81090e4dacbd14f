import assert from 'node:assert/strict'
import type { Cue } from '../../src/protocol/api.ts'
import { CcrError, type Code } from '../../src/protocol/codes.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Range } from '../../src/server/ports/archive.ts'
import type { Passage, Search, SearchScope } from '../../src/server/ports/search.ts'
import { at } from './events.ts'
import type { Storage } from './storage.ts'

/** `settle` ends when searches know of all that was stored. */
export interface SearchedArchive extends Storage {
  readonly search: Search
  /** Names of channels that nobody else uses. */
  readonly channels: readonly [news: string, sport: string]
}

export interface SearchSubject extends SearchedArchive {
  readonly news: string
  readonly sport: string
  readonly ask: Asker
}

export function subjectOf(archive: SearchedArchive): SearchSubject {
  const [news, sport] = archive.channels
  return { ...archive, news, sport, ask: new Asker(archive.search, [news]) }
}

/** Asks a search of all that there is of some channels. */
export class Asker {
  readonly #search: Search
  readonly #channels: readonly string[]

  constructor(search: Search, channels: readonly string[]) {
    this.#search = search
    this.#channels = channels
  }

  scope(q: string, channels = this.#channels): SearchScope {
    const parsed = parseQuery(q)
    assert.ok(parsed.ok, q)
    const all = { from: null, to: null }
    return {
      ...{ query: parsed.query, tracks: null, ...all, timeLimitMs: 60_000 },
      channels: channels.map((id) => ({ id, network: null, timeZone: 'UTC', ...all })),
    }
  }

  async find(q: string): Promise<readonly Passage[]> {
    const asked = { ...this.scope(q), order: 'newest', cursor: null, limit: 200 } as const
    const page = await this.#search.page(asked)
    assert.ok(page.complete, q)
    return page.passages
  }

  /** Mentions, as pages and as charts have them, which must agree. */
  async count(q: string, range: Partial<Range> = {}, channels = this.#channels): Promise<number> {
    const request = { ...this.scope(q, channels), ...range }
    const edges = [Date.parse(at(-172_800)), Date.parse(at(172_800))]
    const { cells, complete } = await this.#search.timeline({ ...request, edges, byAiring: false })
    assert.ok(complete, q)
    const page = await this.#search.page({ ...request, order: 'oldest', cursor: null, limit: 200 })
    const sum = (all: readonly { readonly mentions: number }[]): number =>
      all.reduce((total, { mentions }) => total + mentions, 0)
    assert.equal(sum(page.passages), sum(cells), `${q}: pages and charts`)
    return sum(cells)
  }
}

export function textsOf(cues: readonly Cue[]): string[] {
  return cues.map(({ text }) => text)
}

export function isCcrError(code: Code): (error: unknown) => boolean {
  return (error) => error instanceof CcrError && error.code === code
}

/** One passage of a search apart from the others. */
export function nameOf({ channel, track, cues }: Passage): string {
  return `${channel} ${track} ${cues[0]?.cue.start ?? ''}`
}
