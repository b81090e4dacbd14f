import assert from 'node:assert/strict'
import type { Gap } from '../../../src/protocol/api.ts'
import type { Viewer } from '../live.ts'

/**
 * What a viewer did not see of a channel lies where it was told that something is missing, and it was told so only where
 * something was: where the log began anew, or where it was behind. The number of those places.
 */
export function checkTold(viewer: Viewer, name: string): number {
  let last: number | undefined
  let epoch: string | undefined
  let holes = 0
  let isHole = false
  const gaps = new Map<string, Gap>()
  const take = ({ id, text }: { readonly id: number; readonly text: string }): void => {
    if (last !== undefined && id <= last) {
      // What a log lost is sent again, under another epoch, which was told.
      assert.ok(holes > 0, `${name}: “${text}” was told twice`)
      return
    }
    if (last !== undefined && id > last + 1)
      assert.ok(isHole, `${name}: ${last + 1} to ${id - 1} were left out in silence`)
    isHole = false
    last = id
  }
  for (const event of viewer.events) {
    if (event.type === 'bye' || event.channel !== name) continue
    if (event.type === 'gap') gaps.set(event.id, event)
    if (event.type === 'cue') {
      epoch = event.position.epoch
      take(event)
    }
    if (event.type !== 'snapshot') continue
    if (!event.complete) {
      const begins = event.cues[0]?.id ?? Infinity
      const isReal = epoch === undefined || event.position.epoch !== epoch || begins > (last ?? 0)
      assert.ok(isReal, `${name}: told of a hole behind ${last} where there is none`)
      holes++
      isHole = true
    }
    epoch = event.position.epoch
    for (const cue of event.cues) take(cue)
  }
  checkGaps([...gaps.values()])
  return holes
}

/** Nothing that was sent is lost: what was told meanwhile is taken back, and what lasts is the time after the end. */
export function checkGaps(gaps: readonly Gap[]): void {
  const [after, ...others] = gaps.filter(({ from, to }) => to !== from)
  assert.deepEqual(others, [], 'gaps of what is there')
  if (after !== undefined) assert.deepEqual([after.to, after.reason], [null, 'tuner-offline'])
}
