import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { Line21 } from './support/line21.ts'

function texts(line: Line21): string[] {
  return cuesOf(decodeGroups(line.groups)).map((cue) => cue.text)
}

/** What was said once is told once, what was said twice is told twice. */
void describe('roll-up rows that come again', () => {
  void test('a row sent again after its window moved is told once', () => {
    const line = new Line21().send('RU2').at(15).text('HALF A').at(3).text('HALF A ROW').send('CR')
    assert.deepEqual(texts(line), ['HALF A ROW'])
  })

  void test('rows sent again right after an erase are told once', () => {
    const line = new Line21().send('RU3').at(15).text('FIRST ROW.').send('CR').text('SECOND')
    line.send('EDM', 'RU3').at(4).text('FIRST ROW.').send('CR').text('SECOND ROW').send('CR')
    const cues = cuesOf(decodeGroups(line.groups))
    assert.deepEqual(
      cues.map((cue) => cue.text),
      ['FIRST ROW.', 'SECOND', 'ROW'],
    )
  })

  void test('a row said again right after an erase, in the window where it was, is told twice', () => {
    const line = new Line21().send('RU3', 'CR').at(15).text('WILL WE GO?').send('CR').text('NO.')
    line.send('EDM', 'RU3', 'CR').at(15).text('NO.').send('CR').text('NO.').send('CR')
    assert.deepEqual(texts(line), ['WILL WE GO?', 'NO.', 'NO.', 'NO.'])
  })

  void test('a row said again in another window is no resend when the rest does not follow', () => {
    const line = new Line21().send('RU3').at(15).text('YES.').send('CR').text('I AM SURE.')
    line.send('EDM', 'RU3').at(4).text('YES.').send('CR').text('AND YOU?').send('CR')
    assert.deepEqual(texts(line), ['YES.', 'I AM SURE.', 'YES.', 'AND YOU?'])
    const silent = new Line21().send('RU3').at(15).text('YES.').send('CR').text('I AM SURE.')
    silent.send('EDM', 'RU3').at(4).text('YES.').send('CR').wait(1500).send('RU3')
    const decoder = new CaptionDecoder()
    const told = silent.groups.flatMap((group) => decoder.push(group))
    assert.deepEqual(
      cuesOf(told).map((cue) => cue.text),
      ['YES.', 'I AM SURE.', 'YES.'],
      'it is told once the time for a resend is over, without waiting for more text',
    )
  })

  void test('the same row some seconds after an erase was said again', () => {
    const line = new Line21().send('RU2').at(15).text('GOAL!').wait(3000).send('EDM').wait(2000)
    line.send('RU2').at(15).text('GOAL!').wait(3000).send('EDM')
    assert.deepEqual(texts(line), ['GOAL!', 'GOAL!'])
  })
})
