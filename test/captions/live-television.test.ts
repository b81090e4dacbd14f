import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Style } from '../../src/simulator/performer.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { groupsOf, makeEvening } from './support/television.ts'

/** What was meant comes out: every row once, in order, over hours of a seeded station. */

const seed = Number(process.env['TEST_SEED'] ?? 1)

void describe('three hours of television', () => {
  const evenings: readonly (readonly Style[])[] = [
    ['roll-up'],
    ['direct'],
    ['pop-on'],
    ['paint-on'],
    ['roll-up', 'pop-on', 'direct', 'paint-on'],
  ]
  for (const styles of evenings) {
    void test(`${styles.join(', ')}: every row once, in order`, (t) => {
      const { frames, meant } = makeEvening(seed, 180, styles)
      const cues = cuesOf(decodeGroups(groupsOf(frames)))
      t.diagnostic(`${meant.length} rows and screens, seed ${seed}`)
      assert.ok(meant.length > 3000)
      assert.deepEqual(
        cues.map((cue) => cue.text),
        meant,
      )
      for (const [i, cue] of cues.entries()) {
        assert.ok(cue.startMs >= (cues[i - 1]?.startMs ?? 0), `cue ${cue.id} starts in order`)
      }
    })
  }
})
