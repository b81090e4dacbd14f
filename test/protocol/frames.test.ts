import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeFrame, FrameError } from '../../src/protocol/live/frame-decoder.ts'
import { FrameEncoder } from '../../src/protocol/live/frame-encoder.ts'
import { addressRecords } from '../../src/protocol/live/live-frames.ts'
import type { LiveEvent } from '../../src/protocol/live/live.ts'
import { cloneLiveState, createLiveState } from '../../src/protocol/live/live-state.ts'

const channel = 'news-one'
const base = Date.parse('2026-03-01T18:00:00.000Z')
const time = (ms: number): string => new Date(base + ms).toISOString()

/** What a tuner may do, in the order it happens; positions are given when the events are made. */
const act = fc.record({
  what: fc.constantFrom('draft', 'draft', 'draft', 'cue', 'cue', 'late', 'airing', 'gap', 'clear'),
  track: fc.constantFrom('CC1', 'CC3', 'S1'),
  run: fc.constantFrom('r1', 'r1', 'r1', 'r2'),
  mode: fc.constantFrom('roll-up', 'roll-up', 'pop-on'),
  newCue: fc.boolean(),
  keep: fc.nat(40),
  text: fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('>> GOOD EVENING', '♪ música 字幕 🎬', 'x'.repeat(300)),
  ),
  step: fc.integer({ min: -2000, max: 4000 }),
  skip: fc.constantFrom(1, 1, 1, 2, 300),
})
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never

/** Events as a channel tells them: every draft is a draft, every position follows. */
function makeEvents(acts: readonly Act[]): LiveEvent[] {
  const tracks = new Map<string, { id: number; start: number; text: string }>()
  let seq = 41
  let now = 0
  return acts.map(({ what, track, run, mode, newCue, keep, text, step, skip }): LiveEvent => {
    now += step
    const known = tracks.get(track) ?? { id: 0, start: now, text: '' }
    if (newCue || known.id === 0) Object.assign(known, { id: known.id + 1, start: now, text: '' })
    tracks.set(track, known)
    known.text = known.text.slice(0, keep) + text
    const { id } = known
    const start = time(known.start)
    const position = { epoch: 'k3v9q2mx7d1a', seq: seq + skip }
    if (what === 'draft' || what === 'clear')
      return {
        ...{ type: 'draft', channel, run, track, id, start, mode: mode as 'roll-up' },
        text: what === 'clear' ? '' : known.text.toWellFormed(),
      }
    seq += skip
    if (what === 'airing')
      return {
        ...{ type: 'airing', channel, id: `a${seq}`, run, title: text, start, end: null },
        ...{ source: 'xds', description: null, category: null, rating: null, position },
      }
    if (what === 'gap')
      return {
        type: 'gap',
        channel,
        id: `g${seq}`,
        run,
        from: start,
        to: null,
        reason: 'source-lost',
        position,
      }
    const end = time(known.start + Math.abs(step))
    known.id++
    return {
      ...{ type: 'cue', channel, track, id, start, end, text: known.text.toWellFormed() },
      ...{ mode: mode as 'roll-up', language: null, run, position, airing: null },
      ...(what === 'late' ? { late: true as const } : {}),
    }
  })
}

describe('live frames', () => {
  it('tell a reader what happened, in any sequence and any grouping', () => {
    fc.assert(
      fc.property(
        fc.array(act, { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(0, 3, 15, 16, 61, 62, 300),
        (acts, group, slot) => {
          const state = createLiveState({ epoch: 'k3v9q2mx7d1a', seq: 41 })
          const encoder = new FrameEncoder(state)
          const held = cloneLiveState(state)
          let airing: string | null = null
          const said: LiveEvent[] = []
          const heard: LiveEvent[] = []
          for (let at = 0; at < acts.length; at += group) {
            const events = makeEvents(acts).slice(at, at + group)
            for (const event of events)
              if (event.type === 'cue') Object.assign(event, { airing })
              else if (event.type === 'airing') airing = event.id
            const told: LiveEvent[] = []
            decodeFrame(
              addressRecords(encoder.encode(events), slot),
              (one) => (one === slot ? { channel, state: held } : undefined),
              (event) => told.push(event),
            )
            said.push(...events)
            heard.push(...told)
            assert.deepEqual(screens(heard), screens(said))
            assert.deepEqual(told.filter(isLasting), events.filter(isLasting))
            assert.deepEqual(held, encoder.state)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('cost a few bytes for a letter', () => {
    const encoder = new FrameEncoder(createLiveState({ epoch: 'k3v9q2mx7d1a', seq: 0 }))
    const draft = (text: string): LiveEvent => ({
      ...{
        type: 'draft',
        channel,
        run: 'r1',
        track: 'CC1',
        id: 1,
        start: time(0),
        mode: 'roll-up',
        text,
      },
    })
    encoder.encode([draft('A')])
    assert.deepEqual([...encoder.encode([draft('AB')]).bytes], [0x00, 0x42])
    assert.deepEqual([...addressRecords(encoder.encode([draft('ABCD')]), 3)], [0x13, 0x43, 0x44])
  })

  it('that are damaged are refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const state = createLiveState({ epoch: 'k3v9q2mx7d1a', seq: 0 })
        state.tracks.push({
          track: 'CC1',
          language: null,
          run: 'r',
          id: 1,
          mode: 'roll-up',
          draft: null,
        })
        try {
          decodeFrame(
            bytes,
            () => ({ channel, state }),
            () => undefined,
          )
        } catch (error) {
          assert.ok(error instanceof FrameError || error instanceof SyntaxError, String(error))
        }
      }),
      { numRuns: 3000 },
    )
  })
})

function isLasting({ type }: LiveEvent): boolean {
  return type !== 'draft'
}

/** What stands on each track in the end: several drafts of one tick may be told as one. */
function screens(events: readonly LiveEvent[]): Record<string, string> {
  const shown: Record<string, string> = {}
  for (const event of events) {
    if (event.type === 'cue' && event.late !== true) shown[event.track] = ''
    if (event.type !== 'draft') continue
    const name = `${event.run} ${event.id} `
    if (event.text !== '') shown[event.track] = `${name}${event.mode} ${event.text}`
    else if (shown[event.track]?.startsWith(name) ?? true) shown[event.track] = ''
  }
  return Object.fromEntries(Object.entries(shown).filter(([, text]) => text !== ''))
}
