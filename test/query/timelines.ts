import fc from 'fast-check'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import type { CueFacts } from '../../src/query/match/filter-test.ts'

/** Random captions of one channel: few words, so that queries find something; filler, so that windows end. */

export type TimelineEvent =
  { readonly kind: 'cue'; readonly cue: Cue } | { readonly kind: 'gap'; readonly gap: Gap }

export interface Timeline {
  readonly events: readonly TimelineEvent[]
  readonly cues: readonly Cue[]
  readonly gaps: readonly Gap[]
}

export const facts: CueFacts = {
  channel: { id: 'one', network: 'Net', timeZone: 'UTC' },
  showOf: () => 'The News at Ten',
}

/** A Friday, so that days and hours differ within a timeline. */
const beginMs = Date.parse('2026-01-02T11:50:00.000Z')

const word = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'AB', 'abc', "A'B", 'É', '日', '日本'),
  },
  { weight: 3, arbitrary: fc.constantFrom('x', 'y', '>>', '♪') },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 62 }).map((n) => 'x '.repeat(n)) },
)
const text = fc
  .array(fc.tuple(word, fc.constantFrom(' ', '\n', ' ')), { minLength: 1, maxLength: 8 })
  .map((words) => words.flat().join(''))

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('cue' as const),
      text,
      track: fc.constantFrom('CC1', 'CC1', 'CC3'),
      seconds: fc.constantFrom(1, 2, 5, 900),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('run' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('gap' as const), withdrawn: fc.boolean() }),
  },
)

export const timeline: fc.Arbitrary<Timeline> = fc
  .array(step, { maxLength: 25, size: 'max' })
  .map((steps) => {
    const events: TimelineEvent[] = []
    const ids = new Map<string, number>()
    let run = 1
    let atMs = beginMs
    let seq = 0
    for (const one of steps) {
      if (one.kind === 'run') {
        run++
        continue
      }
      if (one.kind === 'gap') {
        const from = new Date((atMs += 1000)).toISOString()
        const gap = createGap(++seq, from, one.withdrawn)
        events.push({ kind: 'gap', gap })
        continue
      }
      atMs += one.seconds * 1000
      const key = `${run} ${one.track}`
      const id = (ids.get(key) ?? 0) + 1
      ids.set(key, id)
      events.push({ kind: 'cue', cue: createCue({ ...one, run: `r${run}`, id, seq: ++seq, atMs }) })
    }
    return {
      events,
      cues: events.flatMap((event) => (event.kind === 'cue' ? [event.cue] : [])),
      gaps: events.flatMap((event) => (event.kind === 'gap' ? [event.gap] : [])),
    }
  })

export function createCue(cue: {
  readonly text: string
  readonly track?: string
  readonly run?: string
  readonly id: number
  readonly seq?: number
  readonly atMs?: number
}): Cue {
  const { track = 'CC1', run = 'r1', id, seq = id, atMs = beginMs + 2000 * id } = cue
  return {
    ...{ channel: 'one', track, id, run, mode: 'roll-up', text: cue.text, airing: null },
    language: track === 'CC1' ? 'en' : 'es',
    start: new Date(atMs).toISOString(),
    end: new Date(atMs + 1000).toISOString(),
    position: { epoch: 'epoch0123', seq },
  }
}

export function createGap(seq: number, from: string, isWithdrawn: boolean): Gap {
  return {
    ...{ channel: 'one', id: `g${seq}`, run: null, from, to: isWithdrawn ? from : null },
    ...{ reason: 'source-lost', position: { epoch: 'epoch0123', seq } },
  }
}
