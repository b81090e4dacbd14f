import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decodeDvbText } from '../../src/captions/guide/dvb-text.ts'
import type { GuideEvent, GuideNews } from '../../src/captions/guide/guide-event.ts'
import { decodeHuffman } from '../../src/captions/guide/huffman.ts'
import { decodeMultipleStrings } from '../../src/captions/guide/multiple-strings.ts'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import {
  contentAdvice,
  damaged,
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
  virtualChannels,
  type MadeSection,
} from '../support/multiplex.ts'
import { captioned } from './support/programmes.ts'

/** Bits as they stand in the standard's tables, code by code. */
function bits(codes: string): Uint8Array {
  const text = codes.replaceAll(' ', '')
  const bytes = text.padEnd(Math.ceil(text.length / 8) * 8, '0').match(/.{8}/g) ?? []
  return Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 2))
}

const rows = Array.from({ length: 8 }, (_, n) => `ROW ${n} OF WHAT IS SAID`)
const programmes = [
  { number: 1, frames: captioned(...rows) },
  { number: 2, frames: captioned(...rows) },
]
const channels = virtualChannels([
  { programme: 1, name: 'KONE', major: 5, minor: 1, sourceId: 11 },
  { programme: 2, name: 'KTWO', major: 5, minor: 2, sourceId: 12 },
])

function guideOf(
  sections: readonly MadeSection[],
  programme = 1,
): { news: GuideNews[]; reader: TsCaptionReader } {
  const reader = new TsCaptionReader({ programme })
  const groups = [...reader.push(makeMultiplex(programmes, sections)), ...reader.end()]
  return { news: groups.flatMap(({ news }) => news?.guide ?? []), reader }
}

function eventsOf(news: readonly GuideNews[]): GuideEvent[] {
  return news.flatMap(({ events }) => events)
}

const evening = {
  ...{ id: 7, start: '2026-11-24T20:00:00Z', minutes: 60, title: strings('The Evening') },
  descriptors: [...contentAdvice('TV-PG-L'), 0xab, 2, 0xe1, 0x23],
}
const later = { id: 8, start: '2026-11-24T21:00:00Z', minutes: 30, title: strings('Later') }
const now = systemTime('2026-11-24T20:10:00Z')

void describe('texts of guides', () => {
  void test('ATSC: the two compressions, with the codes of the standard', () => {
    const first = bits('11101 00 101 101 1001101 001 010010 000101 10000 0010100 10010 0100')
    assert.equal(decodeHuffman(first, 1), 'Lorem ipsum')
    const second = bits('10011 10 011 101 100111 111 10101 000110 01100 110010 111111 110101 1')
    assert.equal(decodeHuffman(second, 2), 'Lorem ipsum.')
    const escaped = bits(
      '11101 00 101 101 1010111100 01101101 001 010010 000101 10000 0010100 10010 0100',
    )
    assert.equal(decodeHuffman(escaped, 1), 'Lorem ipsum')
    assert.equal(decodeHuffman(bits('1101 1000 111 11101001 00101110 1'), 2), 'TVé.')
    for (const type of [1, 2] as const)
      for (let byte = 0; byte < 256; byte++)
        assert.ok(decodeHuffman(new Uint8Array(50).fill(byte), type).length <= 400)
  })

  void test('ATSC: segments, pages of Unicode, and what cannot be read', () => {
    const read = (bytes: readonly number[]): unknown =>
      decodeMultipleStrings(Uint8Array.from(bytes))
    assert.deepEqual(read(strings('Plain')), { language: 'eng', text: 'Plain' })
    assert.deepEqual(read(strings([0x1d, 0x35, 0x42], 0, 0x04)), { language: 'eng', text: 'Нет' })
    assert.deepEqual(read(strings([0xd8, 0x3d, 0xde, 0x00], 0, 0x3f)), {
      language: 'eng',
      text: '😀',
    })
    const both = [1, ...letters('spa'), 2, 0, 0, 3, ...letters('Uno'), 0, 0, 4, ...letters(' dos')]
    assert.deepEqual(read(both), { language: 'spa', text: 'Uno dos' })
    // The first string is in a way of writing that nobody knows, the second is plain.
    const other = [
      2,
      ...letters('eng'),
      1,
      9,
      0,
      1,
      0x41,
      ...letters('spa'),
      1,
      0,
      0,
      2,
      ...letters('Sí'),
    ]
    assert.deepEqual(read(other), { language: 'spa', text: 'Sí' })
    for (const cut of [[], [1], [1, 0x65, 0x6e, 0x67, 1, 0, 0, 9, 0x41], strings('', 0, 0x3e)])
      assert.equal(read(cut), null)
  })

  void test('DVB: the sets of annex A', () => {
    const read = (...bytes: number[]): string | null => decodeDvbText(Uint8Array.from(bytes))
    assert.equal(read(...letters('Plain')), 'Plain')
    // ISO 6937: accents stand before their letters; emphasis is left out, and a line ends.
    assert.equal(read(0xc8, 0x61, 0xfb, 0x8a, 0x86, 0x41, 0x87, 0xa4), 'äß\nA€')
    assert.equal(read(0x01, 0xb0, 0xd1), 'Аб')
    assert.equal(read(0x10, 0, 2, 0xa3), 'Ł')
    assert.equal(read(0x05, 0xdd), 'İ')
    assert.equal(read(0x11, 0x04, 0x14), 'Д')
    assert.equal(read(0x12, 0xbe, 0xc8), '안')
    assert.equal(read(0x15, 0xc3, 0xa4, 0xc2, 0x8a, 0x62), 'ä\nb')
    assert.equal(read(), '')
    assert.equal(read(0x1f, 1, 2), null)
    assert.equal(read(0x10, 0, 12, 0x41), null)
  })
})

void describe('the guide of the programme that is read', () => {
  void test('ATSC: titles, times, texts, ratings and kinds; each once, and again when it changes', () => {
    const text = psipText(11, 7, strings('What happened today.'))
    const longer = { ...evening, minutes: 75 }
    const sections = [masterGuide(), now, channels, psipEvents(11, [evening, later]), text]
    const changed = { ...psipEvents(11, [longer, later], 1), from: 0.7 }
    const before = { ...psipEvents(11, [evening, later]), until: 0.7 }
    const others = [psipEvents(12, [{ ...later, title: strings('Of the other channel') }])]
    const { news, reader } = guideOf([...sections, ...others])
    assert.deepEqual(
      [...eventsOf(news)].sort((a, b) => a.id - b.id),
      [
        {
          ...{ id: 7, startMs: Date.parse(evening.start), durationMs: 3_600_000 },
          ...{ title: 'The Evening', description: 'What happened today.' },
          ...{ category: 'News', rating: 'TV-PG-L' },
        },
        {
          ...{ id: 8, startMs: Date.parse(later.start), durationMs: 1_800_000, title: 'Later' },
          ...{ description: null, category: null, rating: null },
        },
      ],
    )
    assert.ok(news.every(({ source, presentId }) => source === 'psip' && presentId === null))
    assert.equal(news[0]?.clock?.utcMs, Date.parse('2026-11-24T20:10:00Z'))
    assert.deepEqual(reader.faults(), {})
    const again = eventsOf(guideOf([...sections.slice(0, 3), before, changed]).news)
    assert.deepEqual(
      again.map(({ id, durationMs }) => [id, durationMs / 60_000]),
      [
        [7, 60],
        [8, 30],
        [7, 75],
      ],
    )
  })

  void test('ATSC: a number that comes again has its own text, in whichever order they come', () => {
    const other = { ...evening, start: '2026-11-24T21:00:00Z', title: strings('Another') }
    const texts = [
      psipText(11, 7, strings('Of the first.')),
      psipText(11, 7, strings('Of the other.')),
    ]
    const { news } = guideOf([
      ...[masterGuide(), now, channels],
      ...[
        { ...psipEvents(11, [evening]), until: 0.5 },
        { ...(texts[0] as MadeSection), until: 0.3 },
      ],
      { ...(texts[1] as MadeSection), from: 0.4 },
      { ...psipEvents(11, [other], 1), from: 0.5 },
    ])
    const last = eventsOf(news).at(-1)
    assert.deepEqual([last?.title, last?.description], ['Another', 'Of the other.'])
  })

  void test('cable channels and the time of a TOT are read as well', () => {
    const cable = rewritten(channels, (bytes) => (bytes[0] = 0xc9))
    assert.equal(
      eventsOf(guideOf([masterGuide(), now, cable, psipEvents(11, [evening])]).news).length,
      1,
    )
    const [, , , ...time] = timeAndDate('2026-11-24T20:10:00Z').section
    const table = {
      pid: 0x14,
      section: Uint8Array.of(0x73, 0x70, 11, ...time, 0xf0, 0, 0, 0, 0, 0),
    }
    const abend = { ...evening, title: letters('Der Abend'), descriptors: [] }
    const { news } = guideOf([rewritten(table, () => undefined), dvbEvents(1, [abend])])
    assert.equal(news.at(-1)?.clock?.utcMs, Date.parse('2026-11-24T20:10:00Z'))
  })

  void test('ATSC: nothing is told before the time, or whose events they are, is known', () => {
    const events = psipEvents(11, [evening])
    assert.deepEqual(eventsOf(guideOf([masterGuide(), channels, events]).news), [])
    assert.deepEqual(eventsOf(guideOf([masterGuide(), now, events]).news), [])
  })

  void test('ATSC: ratings by number, and languages of captions that the guide alone tells', () => {
    const rated = {
      ...evening,
      descriptors: [...contentAdvice('', [[0, 4]]), ...captionDescriptor([['spa', 1]])],
    }
    const { news, reader } = guideOf([masterGuide(), now, channels, psipEvents(11, [rated])])
    assert.equal(eventsOf(news)[0]?.rating, 'TV-14')
    assert.deepEqual(reader.services(), [{ track: 'S1', language: 'es' }])
  })

  void test('DVB: what is on, what follows, and the schedule of a day', () => {
    const title = (text: string): number[] => letters(text)
    const on = {
      ...{ id: 100, start: '2026-11-24T20:00:00Z', minutes: 90, title: title('Der Abend') },
      descriptors: [
        ...extendedText('Erster Teil, ', 'zweiter Teil.'),
        ...[0x54, 2, 0x20, 0, 0x55, 4, ...letters('DEU'), 9],
      ],
    }
    const next = { id: 101, start: '2026-11-24T21:30:00Z', minutes: 15, title: title('Wetter') }
    const far = { ...next, id: 102, start: '2026-11-26T21:30:00Z' }
    const { news, reader } = guideOf([
      timeAndDate('2026-11-24T20:10:00Z'),
      dvbEvents(1, [on]),
      dvbEvents(1, [next], { number: 1 }),
      // The schedule says less of it than the present does, whichever comes last.
      dvbEvents(1, [{ ...on, descriptors: [] }, next, far], { table: 0x50 }),
      dvbEvents(2, [{ ...next, title: title('Anderswo') }]),
    ])
    assert.deepEqual(
      eventsOf(news).map(({ title: one }) => one),
      ['Der Abend', 'Wetter'],
    )
    assert.deepEqual(eventsOf(news)[0], {
      ...{ id: 100, startMs: Date.parse(on.start), durationMs: 5_400_000, title: 'Der Abend' },
      ...{
        description: 'Erster Teil, zweiter Teil.',
        category: 'News/Current affairs',
        rating: '12+',
      },
    })
    assert.deepEqual([news.at(-1)?.source, news.at(-1)?.presentId], ['dvb', 100])
    assert.deepEqual(reader.faults(), {})
  })

  void test('damage is counted, lies are passed over, captions are read all the same', () => {
    const events = psipEvents(11, [evening, later])
    const liar = rewritten(events, (bytes) => (bytes[9] = 200))
    const long = rewritten(psipEvents(11, [{ ...evening, id: 9 }]), (bytes) => (bytes[19] = 250))
    const unread = psipEvents(11, [{ ...evening, id: 10, title: strings('x', 7) }])
    const tables = [masterGuide(), now, channels]
    const read = (section: MadeSection): [number, Record<string, number>] => {
      const { news, reader } = guideOf([...tables, section])
      return [eventsOf(news).length, { ...reader.faults() }]
    }
    const [none, faults] = read(damaged(events))
    assert.equal(none, 0)
    assert.ok((faults['ts-section-crc'] ?? 0) > 0)
    assert.deepEqual(read(liar), [2, {}])
    assert.deepEqual(read(long), [0, {}])
    assert.deepEqual(read(unread), [0, { 'guide-unread': 1 }])
    const short = { pid: 0x12, section: Uint8Array.of(0x4e, 0xf0, 4, 0, 1, 0xc1, 0) }
    assert.ok((guideOf([short]).reader.faults()['ts-section-crc'] ?? 0) > 0)
  })

  void test('any chunking gives the same groups, in the same places', () => {
    const stream = makeMultiplex(programmes, [
      masterGuide(),
      now,
      channels,
      psipEvents(11, [evening]),
    ])
    const groupsOf = (chunk: number): unknown[] => {
      const reader = new TsCaptionReader()
      const groups: unknown[] = []
      for (let at = 0; at < stream.length; at += chunk)
        groups.push(...reader.push(stream.subarray(at, at + chunk)))
      return [...groups, ...reader.end()]
    }
    const whole = groupsOf(stream.length)
    for (const chunk of [61, 188, 5000]) assert.deepEqual(groupsOf(chunk), whole)
  })
})
