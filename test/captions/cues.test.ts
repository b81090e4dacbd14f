import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { Line21, withParity } from './support/line21.ts'

function texts(line: Line21, track = 'CC1'): string[] {
  return cuesOf(decodeGroups(line.groups), track).map((cue) => cue.text)
}

function drafts(events: CaptionEvent[]): string[] {
  return events.filter((event) => event.type === 'draft').map((draft) => draft.text)
}

void describe('roll-up', () => {
  void test('a row is one cue, from its first character to its carriage return', () => {
    const line = new Line21().send('RU3', 'CR').at(15)
    const startMs = line.nowMs
    line.text('GOOD EVENING.').wait(500)
    const endMs = line.nowMs
    line.send('CR').text('HERE IS')
    const cues = cuesOf(decodeGroups(line.groups))
    assert.deepEqual(cues[0], {
      type: 'cue',
      track: 'CC1',
      id: 1,
      startMs,
      endMs,
      mode: 'roll-up',
      text: 'GOOD EVENING.',
    })
    assert.equal(cues[1]?.text, 'HERE IS', 'what is on screen at the end is a cue')
  })

  void test('drafts grow pair by pair and end as the cue reads', () => {
    const line = new Line21().send('RU2').at(15).text('TIDES').send('CR')
    const events = decodeGroups(line.groups)
    assert.deepEqual(drafts(events), ['TI', 'TIDE', 'TIDES'])
    assert.equal(cuesOf(events)[0]?.text, 'TIDES')
  })

  void test('a backspace corrects the draft; at the first column it does nothing', () => {
    const line = new Line21().send('RU2').at(15).send('BS').text('TIDEZ').send('BS').text('S')
    assert.deepEqual(texts(line), ['TIDES'])
  })

  void test('a draft erased unshown ends with an empty text and its id is used again', () => {
    const line = new Line21().send('RU2').at(15).text('XY').send('BS', 'BS').wait(300)
    const events = decodeGroups(line.send('CR').text('REAL').groups)
    assert.deepEqual(drafts(events), ['XY', 'X', '', 'RE', 'REAL'])
    assert.deepEqual(
      cuesOf(events).map(({ id, text }) => [id, text]),
      [[1, 'REAL']],
    )
  })

  void test('a character in the last column stays there, is backspaced there and overwritten there', () => {
    const full = 'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF'
    // CCExtractor wipes the 31st column instead; zvbi and FFmpeg agree with us.
    assert.deepEqual(texts(new Line21().send('RU2').at(15).text(full).send('BS').text('!')), [
      `${full.slice(0, 31)}!`,
    ])
    assert.deepEqual(texts(new Line21().send('RU2').at(15).text(`${full}XY`)), [
      `${full.slice(0, 31)}Y`,
    ])
  })

  void test('words said twice are two cues', () => {
    const line = new Line21().send('RU3').at(15).text('NO.').send('CR').text('NO.').send('CR')
    assert.deepEqual(texts(line), ['NO.', 'NO.'])
  })

  void test('RU2 to RU3 in the middle of a row goes on with the row', () => {
    const line = new Line21().send('RU2').at(15).text('ONE ').send('RU3').text('TWO').send('CR')
    assert.deepEqual(texts(line), ['ONE TWO'])
  })

  void test('a preamble for another row moves the window with what is in it', () => {
    // CCExtractor leaves the rows where they are and writes into them.
    const line = new Line21().send('RU3').at(15).text('LONG FIRST ROW').send('CR')
    line.at(14).text('NEXT').send('CR').at(4).text('THIRD').send('CR')
    assert.deepEqual(texts(line), ['LONG FIRST ROW', 'NEXT', 'THIRD'])
  })

  void test('an erase finishes the row at its time', () => {
    const line = new Line21().send('RU2').at(15).text('BYE').wait(2000)
    const endMs = line.nowMs
    const cues = cuesOf(decodeGroups(line.send('EDM').wait(5000).groups))
    assert.equal(cues[0]?.endMs, endMs)
  })

  void test('a lost copy of a doubled code changes nothing', () => {
    const line = new Line21().once('RU2').at(15).text('ONE').once('CR').wait(2000)
    line.text('TWO').send('CR').wait(2000).once('CR').text('THREE').send('CR')
    assert.deepEqual(texts(line), ['ONE', 'TWO', 'THREE'])
  })

  void test('both carriage returns lost: the row that was overwritten is told all the same', () => {
    // CCExtractor loses it.
    const line = new Line21().send('RU2').at(15).text('FIRST').send('RU2').at(15).text('OTHER ROW')
    assert.deepEqual(texts(line.send('CR')), ['FIRST', 'OTHER ROW'])
  })

  void test('a row corrected from its middle on is told corrected', () => {
    const line = new Line21().send('RU2').at(15).text('SEA IS CALM').at(15, 4).text('IS ROUGH')
    assert.deepEqual(texts(line.send('CR')), ['SEA IS ROUGH'])
  })

  void test('delete to end of row takes back what follows the cursor', () => {
    const line = new Line21().send('RU2').at(15).text('SEA IS CALM').at(15, 4).send('DER')
    assert.deepEqual(texts(line.text('HIGH').send('CR')), ['SEA HIGH'])
  })
})

void describe('pop-on', () => {
  const load = (line: Line21, text: string): Line21 => line.send('RCL', 'ENM').at(15).text(text)

  void test('a screen is one cue from its end of caption to what replaces it', () => {
    const line = new Line21().send('RCL', 'ENM').at(14, 4).text('- Who goes there?').at(15, 8)
    line.text('- A friend.')
    const startMs = line.nowMs
    line.send('EOC').wait(2000)
    load(line, 'Pass.')
    const endMs = line.nowMs
    line.send('EOC').wait(1000).send('EDM')
    const events = decodeGroups(line.groups)
    assert.deepEqual(cuesOf(events)[0], {
      type: 'cue',
      track: 'CC1',
      id: 1,
      startMs,
      endMs,
      mode: 'pop-on',
      text: '- Who goes there?\n- A friend.',
    })
    assert.equal(drafts(events)[0], '- Who goes there?\n- A friend.', 'shown as soon as it is')
  })

  void test('what was loaded and never shown is no cue', () => {
    assert.deepEqual(texts(load(new Line21(), 'UNSEEN')), [])
  })

  void test('the same words loaded again seconds later were said again', () => {
    const line = load(new Line21(), 'Tower to flight 812.').send('EOC').wait(3000)
    load(line, 'Tower to flight 812.').send('EOC').wait(3000).send('EDM')
    assert.deepEqual(texts(line), ['Tower to flight 812.', 'Tower to flight 812.'])
  })

  void test('a screen loaded and shown again at once is told once', () => {
    const line = load(new Line21(), 'OH!').send('EOC')
    load(line, 'OH!').send('EOC').wait(2000).send('EDM')
    assert.deepEqual(texts(line), ['OH!'])
  })

  void test('the memory shown before, flipped back unwritten, is not told again', () => {
    const line = load(new Line21(), 'BLINK').send('EOC').wait(900).send('EOC').wait(900)
    assert.deepEqual(texts(line.send('EOC').wait(900).send('EDM')), ['BLINK'])
  })

  void test('roll-up after pop-on ends the screen and begins in the last row', () => {
    const line = load(new Line21(), 'Popped.').send('EOC').wait(500).send('RU2').text('ROLLED')
    assert.deepEqual(texts(line.send('CR')), ['Popped.', 'ROLLED'])
  })

  void test('pop-on after roll-up tells the rolled rows once', () => {
    // CCExtractor prints every row on screen a second time.
    const line = new Line21().send('RU3').at(15).text('ONE').send('CR').text('TWO')
    load(line, 'Popped.').send('EOC').wait(500).send('EDM')
    assert.deepEqual(texts(line), ['ONE', 'TWO', 'Popped.'])
  })
})

void describe('paint-on', () => {
  void test('a screen grows as a draft and is one cue when it is erased', () => {
    const line = new Line21()
      .send('RDC')
      .at(14)
      .text('NOW')
      .at(15)
      .text('HERE')
      .wait(900)
      .send('EDM')
    const events = decodeGroups(line.groups)
    assert.deepEqual(drafts(events), ['NO', 'NOW', 'NOW\nHE', 'NOW\nHERE'])
    assert.deepEqual(
      cuesOf(events).map((cue) => [cue.mode, cue.text]),
      [['paint-on', 'NOW\nHERE']],
    )
  })

  void test('a row painted over another loses neither', () => {
    // CCExtractor tells the second only.
    const line = new Line21().send('RDC').at(15).text('EARLIER ROW').wait(2000)
    line.send('RDC').at(15).text('LATER').wait(2000).send('EDM')
    assert.deepEqual(texts(line), ['EARLIER ROW', 'LATER'])
  })
})

void describe('characters and codes', () => {
  const shown = (line: Line21): string | undefined => texts(line)[0]
  const start = (): Line21 => new Line21().send('RU2').at(15)

  void test('special characters', () => {
    const line = start()
    for (let second = 0x30; second < 0x40; second++) line.twice(0x11, second)
    assert.equal(shown(line), '®°½¿™¢£♪à èâêîôû')
  })

  void test('an extended character takes the place of the one before it, in the last column too', () => {
    assert.equal(shown(start().text('CAFE').twice(0x12, 0x21).text('S')), 'CAFÉS')
    const full = 'A'.repeat(31)
    assert.equal(shown(start().text(`${full}E`).twice(0x12, 0x21)), `${full}É`)
  })

  void test('a mid-row code and Flash On are seen as spaces', () => {
    // CCExtractor joins the words around Flash On.
    assert.equal(
      shown(start().text('ON').twice(0x11, 0x2e).text('AIR').send('FON').text('X')),
      'ON AIR X',
    )
  })

  void test('a byte pair is what its seven bits say: whoever took it off the picture judged its parity', () => {
    // So does CCExtractor with a BIN, whoever wrote it; with a picture see streams.test.ts.
    const line = start()
      .text('AB')
      .raw(withParity(0x43) ^ 0x80, withParity(0x44))
      .raw(withParity(0x45), withParity(0x46) ^ 0x80)
    assert.equal(shown(line.text('GH')), 'ABCDEFGH')
  })

  void test('tab offsets leave blanks, which are not told at the ends', () => {
    assert.equal(shown(start().twice(0x17, 0x23).text('A').twice(0x17, 0x22).text('B')), 'A  B')
  })

  void test('two services of a field do not mix', () => {
    const line = start().text('ENGLISH ')
    line.channelBit = 8
    line.send('RU2').at(15).text('CASTELLANO')
    line.channelBit = 0
    line.send('RU2').text('AGAIN').send('CR')
    assert.deepEqual(texts(line), ['ENGLISH AGAIN'])
    assert.deepEqual(texts(line, 'CC2'), ['CASTELLANO'])
  })

  void test('text mode is kept out of captions, and captions go on where they were', () => {
    // CCExtractor does not know Text Restart and writes its text into the captions.
    const line = start().text('BEFORE ').send('TR').text('STOCKS UP').send('CR').send('RU2')
    line.text('AFTER').send('CR')
    assert.deepEqual(texts(line), ['BEFORE AFTER'])
    const events = decodeGroups(line.groups, ['CC1', 'T1'])
    assert.deepEqual(
      cuesOf(events, 'T1').map((cue) => [cue.mode, cue.text]),
      [['text', 'STOCKS UP']],
    )
  })

  void test('field 2 carries CC3 and CC4', () => {
    const line = new Line21(2).send('RU2').at(15).text('TRES').send('CR')
    line.channelBit = 8
    line.send('RU2').at(15).text('CUATRO').send('CR')
    assert.deepEqual([texts(line, 'CC3'), texts(line, 'CC4')], [['TRES'], ['CUATRO']])
  })
})
