import assert from 'node:assert/strict'
import type { Cue } from '../../../src/protocol/api.ts'
import type { TimedCue } from '../recording.ts'

/**
 * The model: what must be there, from the recordings and docs/protocol.md alone. A channel's story is its
 * sessions in the order in which they were sent.
 */
export interface Session {
  /**
   * `whole`: all of it, once. `cut`: its sender was killed while the source was live: a beginning of it, or
   * nothing. `again`: a recording whose sender was killed, perhaps after its end was stored: the same command
   * is then a new run, which is whole too.
   */
  readonly kind: 'whole' | 'cut' | 'again'
  readonly cues: readonly TimedCue[]
  /** Wall clock of the first picture; null where it is the moment of sending. */
  readonly startAtMs: number | null
}

/** Throws unless a channel's cues are those of its story: none lost, none twice, none out of order. */
export function checkStory(what: string, found: readonly Cue[], story: readonly Session[]): void {
  const identities = new Set(found.map(({ run, track, id }) => `${run} ${track} ${id}`))
  assert.equal(identities.size, found.length, `${what}: no cue is there twice`)
  const stored = [...found].sort((a, b) => a.position.seq - b.position.seq)
  const seqs = new Set(stored.map(({ position }) => position.seq))
  assert.equal(seqs.size, found.length, `${what}: positions are unique`)
  const runs = [...Map.groupBy(stored, ({ run }) => run).values()]
  if (matches(runs, story)) return
  assert.fail(`${what}: the runs are not the sessions that were sent\n${tell(runs, story)}`)
}

/** Whether the runs, in order of storage, are these sessions, some of which may have left nothing. */
function matches(runs: readonly (readonly Cue[])[], story: readonly Session[]): boolean {
  const [session, ...later] = story
  const [cues, ...others] = runs
  if (session === undefined) return cues === undefined
  if (cues !== undefined && mayBe(session, cues) && matches(others, later)) return true
  return session.kind !== 'whole' && matches(runs, later)
}

function mayBe(session: Session, cues: readonly Cue[]): boolean {
  if (session.kind !== 'cut' && cues.length !== session.cues.length) return false
  return cues.every((cue, n) => isSame(cue, session.cues[n], session.startAtMs))
}

function isSame(cue: Cue, told: TimedCue | undefined, startAtMs: number | null): boolean {
  if (told === undefined) return false
  if (cue.track !== told.track || cue.id !== told.id || cue.text !== told.text) return false
  if (startAtMs === null) return true
  const wall = (ms: number): string => new Date(startAtMs + Math.round(ms)).toISOString()
  return cue.start === wall(told.startMs) && cue.end === wall(told.endMs)
}

function tell(runs: readonly (readonly Cue[])[], story: readonly Session[]): string {
  const say = (cues: readonly { readonly text: string }[]): string =>
    `${cues.length} cues, from ${JSON.stringify(cues[0]?.text)} to ${JSON.stringify(cues.at(-1)?.text)}`
  return [
    ...story.map(({ kind, cues }) => `sent ${kind}: ${say(cues)}`),
    ...runs.map((cues) => `found ${cues[0]?.run} at ${cues[0]?.position.seq}: ${say(cues)}`),
  ].join('\n')
}
