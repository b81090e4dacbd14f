import assert from 'node:assert/strict'
import { it } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { maxCueText } from '../../src/protocol/events.ts'
import { block, Codes, Dtvcc } from '../captions/support/dtvcc.ts'
import { createRandom, type Random } from '../support/random.ts'

/** Streams of CEA-708 that no encoder would send, whole and damaged: nothing throws, and what is said is in order. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 5)
const seed = Number(process.env['TEST_SEED'] ?? 1)
/** Hours of stream in a second of work; a slower one is a hang in the making. */
const longestRoundMs = 3000

it('decodes any packets of CEA-708 to cues in order', (t) => {
  const random = createRandom(seed)
  const end = Date.now() + seconds * 1000
  let rounds = 0
  let cues = 0
  while (Date.now() < end) {
    const groups = stream(random)
    const began = Date.now()
    const events = decode(groups, random.below(2) === 0)
    assert.ok(Date.now() - began < longestRoundMs, `seed ${seed}, round ${rounds} took too long`)
    cues += check(events)
    rounds++
  }
  t.diagnostic(`${rounds} streams, ${cues} cues, seed ${seed}`)
  assert.ok(cues > 0)
})

function stream(random: Random): CaptionGroup[] {
  const made = new Dtvcc()
  const packets = 1 + random.below(300)
  for (let i = 0; i < packets; i++) {
    const service = 1 + random.below(random.pick([1, 6, 63]))
    const body: number[] = []
    for (let blocks = random.below(4); blocks > 0 && body.length < 90; blocks--)
      body.push(...block(service, codes(random).slice(0, 31)))
    made.packet(body, random.below(10) === 0 ? 2 * random.below(10) : 0)
    if (random.below(20) === 0) made.skipSequence()
    made.wait(random.below(random.pick([1, 100, 5000])))
    if (random.below(50) === 0) made.group(Array.from({ length: 9 }, () => random.below(256)))
  }
  return made.groups
}

function codes(random: Random): number[] {
  const made = new Codes()
  for (let i = random.below(8); i > 0; i--) {
    const id = random.below(8)
    switch (random.below(9)) {
      case 0:
        made.define(id, {
          ...{ rows: 1 + random.below(16), columns: 1 + random.below(64) },
          ...{ isVisible: random.below(2) === 0, style: random.below(8) },
          ...{ vertical: random.below(128), horizontal: random.below(256) },
        })
        break
      case 1:
        made.raw(0x80 + random.below(0x20), ...Array.from({ length: 6 }, () => random.below(256)))
        break
      case 2:
        made.show(id).choose(id)
        break
      case 3:
        made.raw(random.below(0x20), random.below(256), random.below(256))
        break
      case 4:
        made.wide(random.below(0x10000))
        break
      case 5:
        made.attributes(random.below(4), random.below(4), random.below(2) === 0)
        break
      case 6:
        made.carriageReturn()
        break
      default:
        made.text(random.pick(['NEWS ', 'And so on', '>> ', 'é']))
    }
  }
  return made.bytes
}

function decode(groups: readonly CaptionGroup[], isNamed: boolean): CaptionEvent[] {
  const tracks = Array.from({ length: 63 }, (_, n) => `S${n + 1}`)
  const decoder = new CaptionDecoder(isNamed ? { tracks } : {})
  const events = groups.flatMap((group) => decoder.push(group))
  return [...events, ...decoder.end((groups.at(-1)?.fts ?? 0) + 33)]
}

function check(events: readonly CaptionEvent[]): number {
  const next = new Map<string, { id: number; startMs: number }>()
  for (const event of events) {
    if (event.type === 'programme') continue
    const { id, startMs } = next.get(event.track) ?? { id: 1, startMs: 0 }
    assert.equal(event.id, id)
    assert.ok(event.startMs >= startMs, 'starts of a track go forward')
    assert.ok(event.text.length <= maxCueText && event.text.isWellFormed())
    assert.doesNotMatch(event.text.replaceAll('\n', ''), /\p{Cc}/u)
    if (event.type === 'draft') continue
    assert.ok(event.text !== '' && event.text === event.text.trim())
    assert.ok(event.endMs >= event.startMs)
    next.set(event.track, { id: id + 1, startMs: event.startMs })
  }
  return [...next.values()].reduce((sum, { id }) => sum + id - 1, 0)
}
