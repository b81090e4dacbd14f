import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { mediaPath } from '../support/media.ts'
import { crashRun } from '../support/crash-run.ts'
import { createRandom } from '../support/random.ts'

/** Both sides are killed with -9 while recordings are sent, again and again until the time is over. */

// Half its share: the rounds of points.crash.ts take the rest.
const seconds = Number(process.env['TEST_SECONDS'] ?? 60) / 2
const seed = Number(process.env['TEST_SEED'] ?? 1)
const recordings = [
  'samples/river-sport.bin',
  'samples/harbour-news.ts',
  mediaPath('the.tudors.bin'),
]
const kills = 12

describe('a recording sent while both sides are killed', () => {
  it(`is in the archive whole and once, after ${kills} kills a side`, async (t) => {
    const random = createRandom(seed)
    const end = Date.now() + seconds * 1000
    const files = recordings.filter((file) => existsSync(file))
    let rounds = 0
    let cues = 0
    let longestMs = 0
    do {
      const began = Date.now()
      const file = random.pick(files)
      t.diagnostic(`round ${rounds}: ${file}, seed ${seed}`)
      cues += await crashRun({ file, kills, random, note: (text) => t.diagnostic(text) })
      longestMs = Math.max(longestMs, Date.now() - began)
      rounds++
    } while (Date.now() + longestMs < end)
    t.diagnostic(
      `in all: ${rounds} recordings, ${2 * kills * rounds} kills (half of each side), ${cues} cues, none lost, none twice`,
    )
  })
})
