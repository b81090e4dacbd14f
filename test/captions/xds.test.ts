import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ProgrammeOutput } from '../../src/captions/caption-event.ts'
import { cuesOf, decodeGroups, readGroups } from './support/decode.ts'
import { Line21 } from './support/line21.ts'
import { readMedia, withoutMedia } from '../support/media.ts'

/** The pairs of a packet: class and type, data, end and checksum. */
function packet(xdsClass: number, type: number, data: string | number[]): [number, number][] {
  const bytes = typeof data === 'string' ? Array.from(data, (c) => c.charCodeAt(0)) : [...data]
  if (bytes.length % 2 !== 0) bytes.push(0)
  const sum = [xdsClass, type, ...bytes, 0x0f].reduce((a, b) => a + b, 0)
  const pairs: [number, number][] = [[xdsClass, type]]
  for (let i = 0; i < bytes.length; i += 2) pairs.push([bytes[i] ?? 0, bytes[i + 1] ?? 0])
  return [...pairs, [0x0f, (128 - (sum % 128)) % 128]]
}

function send(line: Line21, pairs: [number, number][]): Line21 {
  for (const [first, second] of pairs) line.pair(first, second)
  return line
}

function programmes(line: Line21): ProgrammeOutput[] {
  return decodeGroups(line.groups).filter((event) => event.type === 'programme')
}

void describe('XDS', () => {
  void test('name, network, call letters, rating, type, length and description are told', () => {
    const line = new Line21(2)
    send(line, packet(0x01, 0x03, 'Harbour Watch'))
    send(line, packet(0x05, 0x01, 'North TV'))
    send(line, packet(0x05, 0x02, 'WNTV'))
    send(line, packet(0x01, 0x05, [0x48, 0x44]))
    send(line, packet(0x01, 0x04, [0x23, 0x7e]))
    send(line, packet(0x01, 0x02, [0x40 | 30, 0x41, 0x40 | 5, 0x40]))
    send(line, packet(0x01, 0x10, 'Ships and'))
    send(line, packet(0x01, 0x11, 'weather.'))
    const last = programmes(line).at(-1)
    assert.deepEqual(
      { ...last, atMs: 0 },
      {
        type: 'programme',
        atMs: 0,
        title: 'Harbour Watch',
        network: 'North TV',
        callLetters: 'WNTV',
        rating: 'TV-PG',
        category: 'News, Weather',
        description: 'Ships and weather.',
        lengthMinutes: 90,
        elapsedMinutes: 5,
      },
    )
  })

  void test('repeats are not told, and elapsed time that runs with the clock neither', () => {
    const line = new Line21(2)
    for (let minute = 0; minute < 10; minute++) {
      send(line, packet(0x01, 0x03, 'Harbour Watch'))
      send(line, packet(0x01, 0x02, [0x40 | 30, 0x41, 0x40 | minute, 0x40])).wait(58_600)
    }
    assert.equal(programmes(line).length, 2)
  })

  void test('another title voids what was said of the programme before, not of the station', () => {
    const line = new Line21(2)
    send(line, packet(0x05, 0x01, 'North TV'))
    send(line, packet(0x01, 0x03, 'One'))
    send(line, packet(0x01, 0x05, [0x48, 0x46]))
    send(line, packet(0x01, 0x03, 'Two'))
    const last = programmes(line).at(-1)
    assert.deepEqual([last?.title, last?.rating, last?.network], ['Two', null, 'North TV'])
  })

  void test('a wrong checksum is not believed', () => {
    const pairs = packet(0x01, 0x03, 'Harbour Watch')
    const broken = pairs.map(([a, b], i): [number, number] => (i === 2 ? [a, b ^ 1] : [a, b]))
    assert.deepEqual(programmes(send(new Line21(2), broken)), [])
  })

  void test('a packet with an empty first byte in a pair is whole', () => {
    const name = packet(0x01, 0x03, [0x41, 0x42, 0x00, 0x43])
    assert.equal(programmes(send(new Line21(2), name)).at(-1)?.title, 'ABC')
  })

  void test('captions and other packets may interrupt a packet; it goes on with its continue code', () => {
    const name = packet(0x01, 0x03, 'Harbour Watch')
    const line = new Line21(2).send('RU2').at(15).text('HOLA ')
    send(line, name.slice(0, 4))
    line.send('RU2').text('A TODOS')
    send(line, [[0x02, 0x03], ...name.slice(4, 6)])
    send(line, packet(0x05, 0x01, 'North TV'))
    send(line, [[0x02, 0x03], ...name.slice(6)])
    line.send('CR')
    assert.deepEqual(
      programmes(line).map((programme) => [programme.network, programme.title]),
      [
        ['North TV', null],
        ['North TV', 'Harbour Watch'],
      ],
    )
    assert.deepEqual(
      cuesOf(decodeGroups(line.groups), 'CC3').map((cue) => cue.text),
      ['HOLA A TODOS'],
    )
  })

  void test('future programmes are not the current one', () => {
    assert.deepEqual(programmes(send(new Line21(2), packet(0x03, 0x03, 'Tomorrow'))), [])
  })

  const skip = withoutMedia('the.tudors.bin')
  void test(
    'the.tudors.bin: what CCExtractor repeats 800 times is told in four events',
    { skip },
    () => {
      const events = decodeGroups(readGroups(readMedia('the.tudors.bin')))
      const told = events.filter((event) => event.type === 'programme')
      const last = told.at(-1)
      assert.equal(last?.title, 'Tudors, The: Episode 208')
      assert.deepEqual([last.rating, last.lengthMinutes], ['TV-MA', 52])
      assert.ok(told.length <= 4, `${told.length} events`)
    },
  )
})
