import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { type Codes, Dtvcc } from './support/dtvcc.ts'

function cues(stream: Dtvcc, track = 'S1'): [string, string][] {
  return cuesOf(decodeGroups(stream.groups, [track]), track).map(({ mode, text }) => [mode, text])
}

function texts(stream: Dtvcc, track = 'S1'): string[] {
  return cues(stream, track).map(([, text]) => text)
}

/** A window on screen that text is written into. */
function shown(write: (codes: Codes) => unknown, options = {}): string[] {
  const stream = new Dtvcc()
  stream.send(1, (codes) => codes.define(0, { rows: 3, isVisible: true, ...options }))
  stream.send(1, write)
  return texts(stream)
}

void describe('CEA-708 captions', () => {
  void test('pop-on: one screen a cue, from the moment it is shown until it is hidden', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) =>
      codes.define(0).pen(0, 2).text('The first row').pen(1, 0).text('and the second.'),
    )
    stream.wait(500)
    const shownMs = stream.nowMs
    stream.send(1, (codes) => codes.show(0)).wait(2000)
    stream.send(1, (codes) => codes.remove(1).define(1).text('Another.'))
    const hiddenMs = stream.nowMs
    stream
      .send(1, (codes) => codes.hide(0))
      .wait(100)
      .send(1, (codes) => codes.toggle(1))
    const events = decodeGroups(stream.groups, ['S1'])
    const [first, second] = cuesOf(events, 'S1')
    assert.deepEqual(first, {
      ...{ type: 'cue', track: 'S1', id: 1, startMs: shownMs, endMs: hiddenMs, mode: 'pop-on' },
      text: 'The first row\nand the second.',
    })
    assert.equal(second?.text, 'Another.')
    const drafts = events.filter((event) => event.type === 'draft')
    assert.deepEqual(
      drafts.map(({ id, text }) => [id, text]),
      [
        [1, 'The first row\nand the second.'],
        [2, 'Another.'],
      ],
    )
  })

  void test('windows that appear together are one cue, from top to bottom; one that joins later begins another', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) => codes.define(0, { vertical: 70 }).text('Below.'))
    stream.send(1, (codes) => codes.define(1, { vertical: 5 }).text('Above.'))
    stream.send(1, (codes) => codes.show(0, 1)).wait(1000)
    stream.send(1, (codes) => codes.define(2, { vertical: 30 }).text('Between.').show(2)).wait(1000)
    stream
      .send(1, (codes) => codes.hide(0))
      .wait(500)
      .send(1, (codes) => codes.hide(1, 2))
    assert.deepEqual(cues(stream), [
      ['pop-on', 'Above.\nBelow.'],
      ['pop-on', 'Between.'],
    ])
  })

  void test('a window exchanged for another in one moment leaves no empty cue', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) => codes.define(0).text('One.').show(0)).wait(1000)
    stream.send(1, (codes) => codes.define(1).text('Two.').show(1).hide(0)).wait(1000)
    stream.send(1, (codes) => codes.define(0).clear(0).text('Three.').toggle(0, 1)).wait(1000)
    assert.deepEqual(texts(stream), ['One.', 'Two.', 'Three.'])
  })

  void test('roll-up: a row a cue, its draft growing, finished by the carriage return', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) => codes.define(0, { rows: 2, style: 4, isVisible: true }).pen(1, 0))
    stream.send(1, (codes) => codes.text('>> Good')).send(1, (codes) => codes.text(' evening.'))
    const returnMs = stream.wait(500).nowMs
    stream.send(1, (codes) => codes.carriageReturn().text('Here is')).wait(300)
    stream.send(1, (codes) => codes.text(' the news.').carriageReturn().text('First')).wait(300)
    stream.send(1, (codes) => codes.clear(0))
    const events = decodeGroups(stream.groups, ['S1'])
    assert.deepEqual(
      cuesOf(events, 'S1').map(({ mode, text, endMs }) => [mode, text, endMs <= returnMs]),
      [
        ['roll-up', '>> Good evening.', true],
        ['roll-up', 'Here is the news.', false],
        ['roll-up', 'First', false],
      ],
    )
    const drafts = events.filter((event) => event.type === 'draft').map(({ text }) => text)
    assert.deepEqual(drafts.slice(0, 3), ['>> Good', '>> Good evening.', 'Here is'])
  })

  void test('roll-up in a window of no roll-up style: rows fill it, then each is a cue', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) =>
      codes.define(0, { rows: 2, isVisible: true }).text('A1').carriageReturn().text('A2'),
    )
    stream.send(1, (codes) => codes.carriageReturn().text('A3')).wait(100)
    stream.send(1, (codes) => codes.carriageReturn().text('A4')).wait(100)
    assert.deepEqual(cues(stream), [
      ['paint-on', 'A1\nA2'],
      ['roll-up', 'A3'],
      ['roll-up', 'A4'],
    ])
  })

  void test('rows that are typed are cues of their own also while the window has room', () => {
    const stream = new Dtvcc()
    stream
      .send(1, (codes) => codes.define(0, { rows: 3, isVisible: true }).text('Who types'))
      .wait(800)
    stream.send(1, (codes) => codes.text(' takes time')).wait(100)
    stream.send(1, (codes) => codes.carriageReturn().text('for each row')).wait(900)
    stream.send(1, (codes) => codes.carriageReturn().text('of three.')).wait(900)
    assert.deepEqual(cues(stream), [
      ['paint-on', 'Who types takes time'],
      ['roll-up', 'for each row'],
      ['roll-up', 'of three.'],
    ])
  })

  void test('rows that an encoder sends again after moving its window are not said twice', () => {
    const stream = new Dtvcc()
    const roll = { rows: 2, style: 4, isVisible: true }
    stream.send(1, (codes) => codes.define(0, roll).pen(1, 0).text('What was said'))
    stream.send(1, (codes) => codes.carriageReturn().text('and goes on'))
    stream.send(1, (codes) => codes.remove(0).define(0, { ...roll, vertical: 10 }))
    stream.send(1, (codes) => codes.text('What was said').carriageReturn().text('and goes on here'))
    assert.deepEqual(texts(stream), ['What was said', 'and goes on', 'here'])
  })

  void test('paint-on: text that is overwritten was read, and becomes a cue first', () => {
    const written = shown((codes) => codes.text('First this').pen(0, 0).text('Then that'))
    assert.deepEqual(written, ['First this', 'Then that'])
    assert.deepEqual(
      shown((codes) => codes.text('Said').pen(0, 0).text('Said once')),
      ['Said once'],
    )
  })

  void test('form feed, clear, row erase and backspace', () => {
    assert.deepEqual(
      shown((codes) => codes.text('One').raw(0x0c).text('Two')),
      ['One', 'Two'],
    )
    assert.deepEqual(
      shown((codes) => codes.text('One').clear(0).pen(0, 0).text('Two')),
      ['One', 'Two'],
    )
    assert.deepEqual(
      shown((codes) => codes.text('One').raw(0x0e).text('Two')),
      ['One', 'Two'],
    )
    assert.deepEqual(
      shown((codes) => codes.text('Onx').raw(0x08).text('e')),
      ['One'],
    )
  })

  void test('words wrap where the window says so, and a word is not cut', () => {
    const style = { columns: 12, style: 4 }
    assert.deepEqual(
      shown((codes) => codes.text('Rows that are full go on'), style),
      ['Rows that', 'are full go', 'on'],
    )
    assert.deepEqual(
      shown((codes) => codes.text('ABCDEFGHIJKLMNOP'), style),
      ['ABCDEFGHIJKL', 'MNOP'],
    )
    assert.deepEqual(
      shown((codes) => codes.text('twelve chars next'), style),
      ['twelve chars', 'next'],
    )
    // Without wrapping nothing is lost at the edge.
    assert.deepEqual(
      shown((codes) => codes.text('Rows that are full'), { columns: 12 }),
      ['Rows that are full'],
    )
  })

  void test('directions: right to left, and columns from top to bottom', () => {
    const hebrew = Array.from('שלום', (letter) => letter.charCodeAt(0))
    const rightToLeft = shown((codes) =>
      codes
        .attributes(1, 3)
        .pen(0, 31)
        .wide(...hebrew),
    )
    assert.deepEqual(rightToLeft, ['שלום'])
    const columns = shown(
      (codes) => codes.attributes(2, 0).pen(0, 5).text('AB').carriageReturn().text('CD'),
      { columns: 6 },
    )
    assert.deepEqual(columns, ['AB\nCD'])
  })

  void test('character sets: G1, G2, G3, notes, and what no set defines', () => {
    const read = shown((codes) =>
      codes
        .raw(0x7f, 0x20, 0xc9, 0xf1, 0x20)
        .extended(0x33)
        .text('x')
        .extended(0x34)
        .extended(0x25)
        .extended(0x39)
        .extended(0x79)
        .extended(0xa0)
        .extended(0x5a),
    )
    assert.deepEqual(read, ['♪ Éñ “x”…™⅞㏄_'])
  })

  void test('commands to come are skipped with their parameters', () => {
    const read = shown((codes) =>
      codes
        .text('A')
        .raw(0x10, 0x05)
        .raw(0x10, 0x0a, 0x41)
        .raw(0x10, 0x12, 0x41, 0x41)
        .raw(0x10, 0x82, 1, 2, 3, 4)
        .raw(0x10, 0x91, 0x02, 0x41, 0x41)
        .raw(0x11, 0x41)
        .raw(0x93)
        .text('B'),
    )
    assert.deepEqual(read, ['AB'])
  })

  void test('text that is not to be displayed is not said', () => {
    const read = shown((codes) =>
      codes.text('Seen').penTag(15).text('hidden').penTag(0).text(' too'),
    )
    assert.deepEqual(read, ['Seen       too'])
  })

  void test('16 bits: Korean in KS X 1001 and in Unicode, and other scripts', () => {
    // 안녕하세요 as EUC-KR.
    const ksX1001 = [0xbec8, 0xb3e7, 0xc7cf, 0xbcbc, 0xbfe4]
    assert.deepEqual(
      shown((codes) => codes.wide(...ksX1001).text('!')),
      ['안녕하세요!'],
    )
    const unicode = Array.from('안녕하세요', (letter) => letter.charCodeAt(0))
    assert.deepEqual(
      shown((codes) => codes.wide(...unicode)),
      ['안녕하세요'],
    )
    assert.deepEqual(
      shown((codes) => codes.wide(0x06a9, 0x0647)),
      ['که'],
    )
    assert.deepEqual(
      shown((codes) => codes.wide(0xd83d, 0xde00).text('.')),
      ['😀.'],
    )
    // Half a pair, and control characters.
    assert.deepEqual(
      shown((codes) => codes.text('a').wide(0xd83d, 0x0007).text('b')),
      ['a\ufffdb'],
    )
  })

  void test('a delay holds codes back, until it is over, cancelled, or too much waits', () => {
    const delayed = (after: (codes: Codes) => unknown, waitMs = 100): CaptionEvent[] => {
      const stream = new Dtvcc()
      stream.send(1, (codes) => codes.define(0).text('Later.').delay(20).show(0))
      stream.wait(waitMs).send(1, after).wait(3000).group([0xfc, 0x80, 0x80])
      return decodeGroups(stream.groups, ['S1']).filter((event) => event.type === 'cue')
    }
    const starts = (events: CaptionEvent[]): unknown[] =>
      events.map(
        (event) => event.type === 'cue' && [event.text, Math.round(event.startMs / 500) / 2],
      )
    // Nothing is looked at between groups: the next one after the delay is when.
    assert.deepEqual(starts(delayed((codes) => codes.raw(0), 2100)), [['Later.', 3]])
    assert.deepEqual(starts(delayed((codes) => codes.cancelDelay())), [['Later.', 1]])
    assert.deepEqual(starts(delayed((codes) => codes.text('\0'.repeat(140)))), [['Later.', 1.5]])
    assert.deepEqual(starts(delayed((codes) => codes.reset())), [['Later.', 1]])
  })

  void test('a window that is described again keeps its text; one that fills 15 rows is held to what a cue may be', () => {
    const stream = new Dtvcc()
    stream.send(1, (codes) => codes.define(0, { rows: 1 }).text('Kept'))
    stream.send(1, (codes) => codes.define(0, { rows: 3, isVisible: true })).wait(500)
    assert.deepEqual(cues(stream), [['pop-on', 'Kept']])
    const full = new Dtvcc()
    for (let id = 0; id < 8; id++) {
      full.send(1, (codes) => codes.define(id, { rows: 15, columns: 42, vertical: id }))
      for (let row = 0; row < 15; row++)
        full.send(1, (codes) => codes.pen(row, 0).text('x'.repeat(42)))
    }
    full.send(1, (codes) => codes.show(0, 1, 2, 3, 4, 5, 6, 7))
    assert.equal(texts(full)[0]?.length, 2000)
  })
})
