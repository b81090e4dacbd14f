import type { Cue } from '../../../../protocol/api.ts'
import { modeSchema } from '../../../../protocol/events.ts'
import type { GapTimes } from '../../../../query/live/gap-book.ts'
import { findMatches, matchesOfStream } from '../../../../query/match/find-matches.ts'
import { Evaluator, type Match } from '../../../../query/text/segment.ts'
import { tokenize, type Tokens } from '../../../../query/text/tokenize.ts'
import type { Passage } from '../../../ports/search.ts'
import { withRevision } from '../../rules/revisions.ts'
import { passageOf } from '../../rules/search/passage.ts'
import { integer, text, textOrNull, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import type { PassageRow } from './passage-row.ts'
import type { PassageScope, ScopeChannel } from './search-scope.ts'
import type { Titles } from './titles.ts'

/** Reads what was said in passages and around them, and marks in it what the query found. */
export class PassageTexts {
  readonly #client: Queryable
  readonly #scope: PassageScope
  readonly #titles: Titles
  readonly #evaluators = new Map<string, Evaluator>()
  readonly #tokens = new WeakMap<Cue, Tokens>()

  constructor(client: Queryable, scope: PassageScope, titles: Titles) {
    this.#client = client
    this.#scope = scope
    this.#titles = titles
  }

  /** Undefined in the place of those in which nothing is found. */
  async read(rows: readonly PassageRow[]): Promise<(Passage | undefined)[]> {
    if (rows.length === 0) return []
    const cues = await this.#cues(rows)
    const gaps = await this.#gaps(rows)
    await this.#titles.load(cues.flat())
    return rows.map((row, n) => this.#passage(row, cues[n] ?? [], gaps[n] ?? []))
  }

  #passage(row: PassageRow, cues: readonly Cue[], gaps: readonly GapTimes[]): Passage | undefined {
    const showOf = ({ channel, airing }: Cue): string | null =>
      airing === null ? null : this.#titles.of(channel, airing)
    const tokensOf = (cue: Cue): Tokens => this.#tokensOf(cue)
    const matches = this.#matches(row.channel, cues, gaps, showOf)
    return passageOf(row, { cues, matches }, showOf, tokensOf)
  }

  #matches(
    channel: string,
    cues: readonly Cue[],
    gaps: readonly GapTimes[],
    showOf: (cue: Cue) => string | null,
  ): readonly Match[] {
    const { asked, facts } = this.#scope
    const known = facts.get(channel)
    if (known === undefined) return []
    if (asked.kind === 'filters') return findMatches(asked, { channel: known, showOf }, cues, gaps)
    let evaluator = this.#evaluators.get(channel)
    if (evaluator === undefined) {
      evaluator = new Evaluator(asked.expression, { channel: known, showOf })
      this.#evaluators.set(channel, evaluator)
    }
    return matchesOfStream(evaluator, cues, gaps, (cue) => this.#tokensOf(cue))
  }

  /** Of each passage, from the first to the last that has a say in it, in order. */
  async #cues(rows: readonly PassageRow[]): Promise<Cue[][]> {
    const { rows: found } = await this.#client.query(
      `SELECT asked.n::integer AS n, cue.id, cue.start_ms, cue.end_ms, cue.text, cue.mode, cue.language, cue.airing, cue.seq
         FROM unnest($1::integer[], $2::integer[], $3::text[], $4::bigint[], $5::bigint[])
              WITH ORDINALITY AS asked (channel, run, track, from_ms, to_ms, n)
         JOIN cue ON cue.channel = asked.channel AND cue.start_ms >= asked.from_ms AND cue.start_ms <= asked.to_ms
          AND cue.track = asked.track AND cue.run = asked.run
        ORDER BY asked.n, cue.start_ms, cue.id`,
      [
        rows.map(({ channelId }) => channelId),
        rows.map(({ runId }) => runId),
        rows.map(({ track }) => track),
        rows.map(({ fromMs }) => fromMs),
        rows.map(({ toMs }) => toMs),
      ],
    )
    const cues = rows.map((): Cue[] => [])
    for (const row of found as Row[]) {
      const n = integer(row, 'n') - 1
      const passage = rows[n]
      const channel = passage && this.#scope.channels.get(passage.channelId)
      if (passage !== undefined && channel !== undefined)
        cues[n]?.push(cueOf(row, passage, channel))
    }
    return cues
  }

  /** Of each passage, the gaps that begin among its cues. */
  async #gaps(rows: readonly PassageRow[]): Promise<GapTimes[][]> {
    const { rows: found } = await this.#client.query(
      `SELECT asked.n::integer AS n, gap.start_ms, gap.end_ms
         FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (channel, from_ms, to_ms, n)
         JOIN gap ON gap.channel = asked.channel AND gap.start_ms > asked.from_ms AND gap.start_ms <= asked.to_ms`,
      [
        rows.map(({ channelId }) => channelId),
        rows.map(({ fromMs }) => fromMs),
        rows.map(({ toMs }) => toMs),
      ],
    )
    const gaps = rows.map((): GapTimes[] => [])
    for (const row of found as Row[]) {
      const to = row['end_ms'] === null ? null : instant(integer(row, 'end_ms'))
      gaps[integer(row, 'n') - 1]?.push({ from: instant(integer(row, 'start_ms')), to })
    }
    return gaps
  }

  #tokensOf(cue: Cue): Tokens {
    let tokens = this.#tokens.get(cue)
    if (tokens === undefined) this.#tokens.set(cue, (tokens = tokenize(cue.text)))
    return tokens
  }
}

function cueOf(row: Row, { run, track }: PassageRow, channel: ScopeChannel): Cue {
  const cue: Cue = {
    ...{ channel: channel.name, track, id: integer(row, 'id') },
    start: instant(integer(row, 'start_ms')),
    end: instant(integer(row, 'end_ms')),
    text: text(row, 'text'),
    mode: modeSchema.parse(row['mode']),
    language: textOrNull(row, 'language'),
    run,
    position: { epoch: channel.epoch, seq: integer(row, 'seq') },
    airing: textOrNull(row, 'airing'),
  }
  return withRevision(cue, channel.revisions)
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
