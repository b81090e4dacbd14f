import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CaptionEvent } from '../../../src/captions/caption-event.ts'
import {
  TranscriptReader,
  transcriptStart,
} from '../../../src/captions/transcript/transcript-reader.ts'
import { readMedia, withoutMedia } from '../../support/media.ts'

interface Read {
  readonly events: readonly CaptionEvent[]
  readonly cues: string[]
  readonly original: Buffer
  readonly faults: Readonly<Record<string, number>>
}

function read(source: string | Uint8Array, size = 7): Read {
  const bytes = typeof source === 'string' ? Buffer.from(source) : source
  const reader = new TranscriptReader()
  const groups = []
  for (let at = 0; at < bytes.length; at += size)
    groups.push(...reader.push(bytes.subarray(at, at + size)))
  groups.push(...reader.end())
  const events = groups.flatMap(({ said }) => said?.events ?? [])
  return {
    events,
    cues: events
      .filter((event) => event.type === 'cue')
      .map(
        ({ track, startMs, endMs, mode, text }) => `${track} ${startMs} ${endMs} ${mode} ${text}`,
      ),
    original: Buffer.concat(groups.map(({ said }) => said?.original ?? new Uint8Array(0))),
    faults: reader.faults(),
  }
}

const drafts = ({ events }: Read): string[] =>
  events.filter((event) => event.type === 'draft').map(({ text }) => text)

describe('a transcript', () => {
  it('is read in every spelling of times and columns', () => {
    const spelt: [string, string][] = [
      ['00:00:02,102|00:00:04,287|POP|  HELLO', 'CC1 2102 4287 pop-on HELLO'],
      ['2,102|4,287|PAI|HELLO', 'CC1 2102 4287 paint-on HELLO'],
      ['19700101000002,102|19700101000004,287|RU3|HELLO', 'CC1 2102 4287 roll-up HELLO'],
      ['19700101000002.102|19700101000004.287|CC3|POP|HELLO', 'CC3 2102 4287 pop-on HELLO'],
      ['20170714024002,102|20170714024003,102|POP|HELLO', 'CC1 0 1000 pop-on HELLO'],
      ['1507366447,969|1507366448,969|CC2|RU2|HELLO', 'CC2 0 1000 roll-up HELLO'],
      ['00:00:02,102|00:00:04,287|CC1|POP|A | B|C', 'CC1 2102 4287 pop-on A | B|C'],
      ['00:00:02,102|00:00:04,287|891TLT|HELLO', 'TT891 2102 4287 pop-on HELLO'],
      ['19700101000002.102|19700101000004.287|891|HELLO', 'TT891 2102 4287 pop-on HELLO'],
      [
        '00:00:02,102|00:00:04,287|TLT|<font color="#ffff00">HELLO</font>',
        'TT 2102 4287 pop-on HELLO',
      ],
      ['00:00:02,102|00:00:04,287|eng|DVB|HELLO', 'DVB-eng 2102 4287 pop-on HELLO'],
      ['00:00:02,102|00:00:04,287|ISDB|HELLO', 'ISDB 2102 4287 pop-on HELLO'],
      ['00:00:02,102|00:00:04,287|BURN|HELLO', 'BURN 2102 4287 pop-on HELLO'],
      ['00:00:02,102|00:00:04,287|CC3|TXT|HELLO', 'T3 2102 4287 text HELLO'],
      ['00:00:02,102|00:00:04,287|???|HELLO', 'CC1 2102 4287 pop-on HELLO'],
      ['00:00:02,102|POP|HELLO', 'CC1 2102 2102 pop-on HELLO'],
    ]
    for (const [line, cue] of spelt)
      for (const ending of ['\r\n', '\n', '\0', '']) {
        assert.deepEqual(read(line + ending).cues, [cue], JSON.stringify(line + ending))
        assert.deepEqual(read(`\ufeff${line}${ending}`).cues, [cue])
      }
  })

  it('keeps every byte, whatever there is between captions', () => {
    const text =
      '\ufeffccextractor 0.94\r\n\r\n00:00:01,000|00:00:02,000|POP|ONE\r\n00:00:01,000|00:00:02,000|POP|TWO\r\nReceived SIGTERM, terminating as soon as possible.\n00:00:03,000|00:00:04,000|POP|THR\0EE\r\nnon'
    const { original, cues, faults } = read(text)
    assert.equal(original.toString(), text)
    assert.deepEqual(cues, ['CC1 1000 2000 pop-on ONE\nTWO', 'CC1 3000 4000 pop-on THREE\nnon'])
    assert.deepEqual(faults, { 'ttxt-bad-line': 1 })
  })

  it('puts rows of one caption together, those of CEA-708 too, and drops what 708 says again', () => {
    const { cues } = read(
      [
        '00:00:01,000|00:00:02,000|POP|   ONE',
        '00:00:01,000|00:00:02,000|POP|     TWO',
        '00:00:01,033|00:00:02,000|CC1|POP|ONE',
        'TWO',
        '00:00:02,100|00:00:03,000|CC3|POP|UN',
        '00:00:02,100|00:00:03,000|CC1|POP|ONE',
        'TWO',
      ].join('\r\n'),
    )
    assert.deepEqual(cues, [
      'CC1 1000 2000 pop-on ONE\nTWO',
      'CC3 2100 3000 pop-on UN',
      'CC1 2100 3000 pop-on ONE\nTWO',
    ])
  })

  it('reads Latin-1 where a line is no UTF-8', () => {
    const line = Buffer.from('1,000|2,000|POP|\xbfQU\xc9 TAL?\r\n', 'latin1')
    assert.deepEqual(read(Buffer.concat([line, Buffer.from('3,0|4,0|POP|¿BIEN?\n')])).cues, [
      'CC1 1000 2000 pop-on ¿QUÉ TAL?',
      'CC1 3000 4000 pop-on ¿BIEN?',
    ])
  })

  it('goes on when the extractor’s clock begins anew, and knows two kinds of times', () => {
    const { cues, faults } = read(
      [
        '00:10:00,000|00:10:02,000|POP|BEFORE',
        '00:00:01,000|00:00:02,000|POP|AFTER',
        '1507366447,000|1507366448,000|POP|OTHER KIND',
      ].join('\n'),
    )
    assert.deepEqual(cues, [
      'CC1 600000 602000 pop-on BEFORE',
      'CC1 602033 603033 pop-on AFTER',
      'CC1 602033 603033 pop-on OTHER KIND',
    ])
    assert.deepEqual(faults, { 'ttxt-clock-reset': 1 })
  })

  it('makes drafts of a row that grows and one cue of it, and nothing of what stays on screen', () => {
    const lines = [
      ...['1,000|1,016|RU2|JO', '1,016|1,032|RU2|JON', '1,033|1,066|RU2|JON L'],
      ...['1,067|1,500|RU2|JON LEZ', '1,500|1,533|RU2|JON LES', '0,999|1,600|RU2|JON LES'],
      ...['1,600|1,633|RU2|JON LES', '1,600|1,633|RU2|TH', '1,634|1,667|RU2|JON LES'],
      ...['1,634|1,667|RU2|THAT', '1,633|2,000|RU2|THAT', '2,000|9,000|POP|THAT'],
      ...['9,500|9,600|POP|THAT'],
    ]
    const all = read(lines.join('\n'))
    assert.deepEqual(all.cues, [
      'CC1 1000 1600 roll-up JON LES',
      'CC1 1600 2000 roll-up THAT',
      'CC1 9500 9600 pop-on THAT',
    ])
    assert.deepEqual(drafts(all), [
      'JO',
      'JON',
      'JON L',
      'JON LEZ',
      'JON LES',
      'TH',
      'THAT',
      'THAT',
    ])
  })

  it('tells a row that is said twice twice', () => {
    const { cues } = read('1,000|2,000|RU3|YES.\n2,000|3,000|RU3|YES.\n3,000|4,900|RU3|YES. SO.\n')
    assert.deepEqual(cues, [
      'CC1 1000 2000 roll-up YES.',
      'CC1 2000 3000 roll-up YES.',
      'CC1 3000 4900 roll-up YES. SO.',
    ])
  })

  it('takes programmes out of XDS lines, once each', () => {
    const said = [
      'CUR|Program name: The Evening',
      'CUR|Program length (HH:MM): 00:52  ',
      'CUR|Elapsed (HH:MM): 00:01',
      'CUR|ContentAdvisory: US TV Parental Guidelines. Age Rating: TV-PG (Parental Guidance)',
      'CUR|[Violence] ',
      'CUR|',
      'CUR|PIN (Start Time): Current  07-10 20:00\n',
      'CUR|Program type [News] [Weather] ',
      'FUT|Program name: The Night',
      'CHN|Network: NINE',
      'CUR|XDS description line 0: All that',
      'CUR|XDS description line 1: happened.',
    ]
    const lines = said
      .flatMap((line) => [line, line])
      .map((line) => `00:00:01,000|00:00:01,100|XDS|${line}\r\n`)
    const old = '00:00:09,000|00:00:09,100|XDS|Program name: The Night\r\n'
    const { events, faults } = read(lines.join('') + old)
    const programmes = events.filter((event) => event.type === 'programme')
    assert.equal(programmes.length, 8)
    assert.deepEqual(programmes[6], {
      ...{
        type: 'programme',
        atMs: 1000,
        title: 'The Evening',
        network: 'NINE',
        callLetters: null,
      },
      ...{ rating: 'TV-PG', category: 'News, Weather', description: 'All that happened.' },
      ...{ lengthMinutes: 52, elapsedMinutes: 1 },
    })
    assert.deepEqual(programmes[7], {
      ...{ type: 'programme', atMs: 9000, title: 'The Night', network: 'NINE', callLetters: null },
      ...{
        rating: null,
        category: null,
        description: null,
        lengthMinutes: null,
        elapsedMinutes: null,
      },
    })
    assert.deepEqual(faults, {})
  })

  it('says when it was, where its times are of a calendar', () => {
    const start = (text: string): number | null => transcriptStart(Buffer.from(`banner\n${text}\n`))
    assert.equal(start('1507366447,969|1507366448,000|RU2|A'), 1507366447969)
    assert.equal(
      start('20170714024002,102|20170714024003,000|POP|A'),
      Date.UTC(2017, 6, 14, 2, 40, 2, 102),
    )
    assert.equal(start('00:00:01,000|00:00:02,000|POP|A'), null)
  })

  it('says when what comes is none', () => {
    const reader = new TranscriptReader()
    for (let n = 0; n < 30; n++) reader.push(Buffer.from(`some words ${n}\n`))
    assert.match(reader.trouble() ?? '', /^what comes are no lines of a transcript/)
    reader.push(Buffer.from('1,000|2,000|POP|A\n'))
    assert.equal(reader.trouble(), null)
  })

  const rollup = 'ttxt-direct-rollup.txt'
  it('of direct roll-up reads as what was said, once', { skip: withoutMedia(rollup) }, () => {
    const all = read(readMedia(rollup), 1000)
    const texts = all.cues.map((cue) => cue.split(' ').slice(4).join(' '))
    assert.deepEqual(texts.slice(0, 8), [
      "JON LESTER THEY'RE NOW 12-1,",
      "THAT'S TO WIN THE WORLD SERIES.",
      'EVERYBODY IN THE OCEAN.',
      '>> CUB FANS ARE GIDDY AS ARE',
      'KVITOVA FANS.',
      ...texts.slice(5, 8),
    ])
    assert.equal(new Set(texts).size, texts.length, 'nothing is told twice')
    assert.ok(texts.includes("I'LL HAVE THE LATEST WHEN"))
    assert.ok(drafts(all).length > 3 * texts.length)
  })

  const tudors = 'ccextractor-0.94/the.tudors.xds.ttxt'
  it('of CCExtractor gives captions and the programme', { skip: withoutMedia(tudors) }, () => {
    const all = read(readMedia(tudors), 1000)
    const plain = read(readMedia('ccextractor-0.94/the.tudors.CC1.ttxt'), 1000)
    assert.deepEqual(all.cues, plain.cues)
    assert.equal(
      all.cues[0],
      'CC1 2102 4287 pop-on - Previously\n- Will you ask if Francis\nwill not agree to t marriage',
    )
    assert.equal(
      all.events.find((event) => event.type === 'programme' && event.rating !== null)?.type,
      'programme',
    )
    assert.ok(all.events.filter((event) => event.type === 'programme').length < 8)
  })
})
