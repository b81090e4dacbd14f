import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import {
  captionDescriptor,
  makeMultiplex,
  serviceDescription,
  virtualChannels,
  type MadeProgramme,
} from '../support/multiplex.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { captioned } from './support/programmes.ts'

const one: MadeProgramme = { number: 1, frames: captioned('WE ARE PROGRAMME ONE.'), audio: 'ger' }
const two: MadeProgramme = {
  ...{ number: 2, frames: captioned('WE ARE PROGRAMME TWO.'), audio: 'eng' },
  descriptors: captionDescriptor([
    ['eng', 'CC'],
    ['spa', 2],
  ]),
}
const radio: MadeProgramme = { number: 3, audio: 'fre' }
const hidden = Array.from({ length: 12 }, (_, n) => `NOBODY SEES ROW ${n} OF THIS.`)
const pay: MadeProgramme = { number: 4, frames: captioned(...hidden), isScrambled: true }

function read(stream: Uint8Array, programme?: number): { text: string[]; reader: TsCaptionReader } {
  const reader = new TsCaptionReader({ programme })
  const groups = [...reader.push(stream), ...reader.end()]
  return { text: cuesOf(decodeGroups(groups)).map(({ text }) => text), reader }
}

void describe('one of several programmes', () => {
  void test('the one that is asked for; else the first that announces captions, else the first with video', () => {
    const stream = makeMultiplex([radio, one, two])
    assert.deepEqual(read(stream, 1).text, ['WE ARE PROGRAMME ONE.'])
    assert.deepEqual(read(stream, 2).text, ['WE ARE PROGRAMME TWO.'])
    assert.deepEqual(read(stream).text, ['WE ARE PROGRAMME TWO.'])
    assert.deepEqual(read(makeMultiplex([radio, one, { ...two, descriptors: [] }])).text, [
      'WE ARE PROGRAMME ONE.',
    ])
    // That one is encrypted shows after some packets.
    const later = read(makeMultiplex([pay, { number: 5, frames: captioned(...hidden) }])).text
    assert.deepEqual(later.slice(-6), hidden.slice(-6))
  })

  void test('what each of them is, with the names that DVB or ATSC give it', () => {
    const names = new Map([
      [1, 'Eins'],
      [2, 'Zwei'],
    ])
    const { reader } = read(makeMultiplex([one, two, radio, pay], [serviceDescription(names)]))
    assert.equal(reader.programme(), 2)
    assert.deepEqual(
      reader
        .programmes()
        .map(({ programme, name, codec, audio, state }) => [
          ...[programme, name, codec, audio.join(), state],
        ]),
      [
        [1, 'Eins', 'mpeg-2', 'de', 'clear'],
        [2, 'Zwei', 'mpeg-2', 'en', 'clear'],
        [3, null, null, 'fr', 'no-video'],
        [4, null, 'mpeg-2', '', 'encrypted'],
      ],
    )
    const channels = virtualChannels([
      { programme: 1, name: 'KONE-DT', major: 5, minor: 1, sourceId: 1 },
      { programme: 2, name: 'KTWO', major: 0x3f0, minor: 7, sourceId: 2 },
    ])
    assert.deepEqual(
      read(makeMultiplex([one, two], [channels]))
        .reader.programmes()
        .map(({ name, number }) => [name, number]),
      [
        ['KONE-DT', '5.1'],
        ['KTWO', '7'],
      ],
    )
  })

  void test('why nothing can be read is told in words', () => {
    const names = serviceDescription(
      new Map([
        [1, 'Eins'],
        [4, 'Geld'],
      ]),
    )
    const stream = makeMultiplex([one, radio, pay], [names])
    const trouble = (programme?: number): string | null => read(stream, programme).reader.trouble()
    assert.equal(trouble(), null)
    assert.equal(trouble(1), null)
    assert.equal(trouble(3), 'programme 3 has no video')
    assert.equal(trouble(4), 'programme 4 (Geld) is encrypted')
    assert.equal(
      trouble(9),
      'there is no programme 9 in this stream; there are 1 (Eins), 3, 4 (Geld)',
    )
    assert.equal(read(makeMultiplex([radio])).reader.trouble(), 'programme 3 has no video')
    assert.equal(read(makeMultiplex([pay])).reader.trouble(), 'programme 4 is encrypted')
    const closed = read(makeMultiplex([radio, pay, { ...pay, number: 5 }])).reader.trouble()
    assert.equal(closed, 'programme 4 is encrypted')
    const silent = read(makeMultiplex([radio, { ...radio, number: 6 }])).reader.trouble()
    assert.equal(silent, 'no programme of this stream has video')
  })

  void test('a programme that becomes clear is read from then on', () => {
    const open = { ...pay, isScrambled: false }
    const reader = new TsCaptionReader({ programme: 4 })
    const groups = reader.push(makeMultiplex([pay]))
    assert.equal(reader.trouble(), 'programme 4 is encrypted')
    groups.push(...reader.push(makeMultiplex([open])), ...reader.end())
    assert.equal(reader.trouble(), null)
    assert.deepEqual(
      cuesOf(decodeGroups(groups)).map(({ text }) => text),
      hidden,
    )
  })

  void test('languages: of the PMT before those of the channel table', () => {
    const channels = virtualChannels([
      {
        ...{ programme: 2, name: 'KTWO', major: 5, minor: 2, sourceId: 2 },
        descriptors: captionDescriptor([
          ['fre', 'CC'],
          ['kor', 1],
        ]),
      },
    ])
    const { reader } = read(makeMultiplex([one, two], [channels]))
    assert.deepEqual(reader.services(), [
      { track: 'CC1', language: 'en' },
      { track: 'S2', language: 'es' },
      { track: 'S1', language: 'ko' },
    ])
    // Without any in the PMT, those of the channel table make it the one that is read.
    const bare = [one, { ...two, descriptors: [] }]
    assert.equal(read(makeMultiplex(bare, [channels])).reader.programme(), 2)
  })

  void test('any chunking gives the same groups', () => {
    const stream = makeMultiplex([one, two, pay])
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
