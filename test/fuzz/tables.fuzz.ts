import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import { CaptionPipeline, type Unnumbered } from '../../src/client/pipeline.ts'
import { durableEventSchema } from '../../src/protocol/events.ts'
import { captioned } from '../captions/support/programmes.ts'
import {
  contentAdvice,
  dvbEvents,
  extendedText,
  masterGuide,
  psipEvents,
  psipText,
  rewritten,
  strings,
  systemTime,
  timeAndDate,
} from '../support/guide-sections.ts'
import {
  captionDescriptor,
  letters,
  makeMultiplex,
  serviceDescription,
  virtualChannels,
  type MadeSection,
} from '../support/multiplex.ts'
import { createRandom, type Random } from '../support/random.ts'

/** Tables that lie, with a CRC that is right for the lie: nothing throws or hangs, and what is told is fit to be sent. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 5)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const longestRoundMs = 3000

const frames = captioned('WHAT IS SAID', 'GOES ON')
const evening = {
  ...{ id: 7, start: '2026-11-24T20:00:00Z', minutes: 60, title: strings('The Evening') },
  descriptors: [
    ...contentAdvice('', [[0, 3]]),
    0xab,
    2,
    0xe1,
    0x23,
    ...captionDescriptor([['spa', 1]]),
  ],
}
const abend = {
  ...{ ...evening, title: letters('Der Abend') },
  descriptors: [...extendedText('Eins, ', 'zwei.'), 0x54, 2, 0x20, 0, 0x55, 4, 0x44, 0x45, 0x55, 9],
}
const tables: readonly MadeSection[] = [
  ...[masterGuide(), systemTime('2026-11-24T20:10:00Z'), timeAndDate('2026-11-24T20:10:00Z')],
  virtualChannels([{ programme: 1, name: 'KONE', major: 5, minor: 1, sourceId: 11 }]),
  ...[psipEvents(11, [evening]), psipText(11, 7, strings('At length.'))],
  ...[dvbEvents(1, [abend]), dvbEvents(1, [abend], { table: 0x50 })],
  serviceDescription(new Map([[1, 'Eins']])),
]

it('reads any tables without harm', (t) => {
  const random = createRandom(seed)
  const end = Date.now() + seconds * 1000
  let rounds = 0
  let airings = 0
  while (Date.now() < end) {
    const sections = tables
      .filter(() => random.below(3) > 0)
      .map((table) => (random.below(3) === 0 ? table : lie(table, random)))
    const stream = makeMultiplex([{ number: 1, frames }], sections)
    const began = Date.now()
    const events = feed(stream, random)
    assert.ok(Date.now() - began < longestRoundMs, `seed ${seed}, round ${rounds} took too long`)
    events.forEach((event, n) => {
      const parsed = durableEventSchema.safeParse({ seq: n + 1, ...event })
      assert.ok(parsed.success, JSON.stringify([event, parsed.error?.issues]))
      if (event.type === 'airing') airings++
    })
    rounds++
  }
  t.diagnostic(`${rounds} streams, ${airings} airings, seed ${seed}`)
  assert.ok(airings > 0)
})

/** Some bytes are others; the lengths of the section itself stay, else it would be no section at all. */
function lie(table: MadeSection, random: Random): MadeSection {
  if (table.section.length < 13) return table
  return rewritten(table, (bytes) => {
    for (let i = 1 + random.below(6); i > 0; i--) {
      const at = 3 + random.below(bytes.length - 7)
      bytes[at] = random.pick([0, 0xff, 0x7f, random.below(256), (bytes[at] ?? 0) ^ 1])
    }
  })
}

function feed(stream: Uint8Array, random: Random): Unnumbered[] {
  const events: Unnumbered[] = []
  const reader = new TsCaptionReader()
  const pipeline = new CaptionPipeline(
    {
      ...{ run: 'run-1', anchorMs: Date.parse('2026-11-24T20:10:00Z'), live: true, source: 'made' },
      ...{ bin: true, decoder: 'ccr', tracks: null, languages: new Map() },
    },
    { durable: (event) => void events.push(event), draft: () => undefined },
  )
  const take = (groups: readonly CaptionGroup[]): void => {
    for (const group of groups) pipeline.push(group, reader)
  }
  const chunk = random.pick([188, 1000, 65_536])
  for (let at = 0; at < stream.length; at += chunk)
    take(reader.push(stream.subarray(at, at + chunk)))
  take(reader.end())
  reader.programmes()
  reader.trouble()
  pipeline.end(reader.reachedMs())
  return events
}
