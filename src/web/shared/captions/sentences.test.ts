import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../../protocol/api.ts'
import { sentencesOf } from './sentences.ts'

let id = 0

function cue(text: string, more: Partial<Cue> = {}): Cue {
  const at = new Date(1_760_000_000_000 + ++id * 1000).toISOString()
  return {
    ...{ channel: 'c', track: 'CC1', id, start: at, end: at, text, mode: 'roll-up' },
    ...{ language: 'en', run: 'r', position: { epoch: 'e', seq: id }, airing: null },
    ...more,
  }
}

function said(...cues: Cue[]): string[] {
  return sentencesOf(cues).map(({ text }) => text)
}

describe('sentences', () => {
  it('joins rows to sentences, and waits for the end of the last', () => {
    const rows = ['THE OLD LIGHTHOUSE', 'IS SHINING AGAIN.', 'IT TOOK US FOUR']
    assert.deepEqual(said(...rows.map((text) => cue(text))), [
      'THE OLD LIGHTHOUSE IS SHINING AGAIN.',
    ])
  })

  it('ends a sentence where the speaker changes, and leaves the mark out', () => {
    assert.deepEqual(said(cue('>> AND THEN'), cue('>> WAIT!')), ['AND THEN', 'WAIT!'])
  })

  it('says text without full stops in pieces', () => {
    const rows = Array.from({ length: 30 }, () => cue('five words in every row'))
    const pieces = said(...rows)
    assert.ok(pieces.length >= 2)
    for (const piece of pieces) assert.ok(piece.split(' ').length <= 44)
  })

  it('says a pop-on screen as it stands, in one line', () => {
    assert.deepEqual(said(cue('How does\na whale sleep', { mode: 'pop-on' })), [
      'How does a whale sleep',
    ])
  })

  it('never joins what two runs said', () => {
    assert.deepEqual(said(cue('HALF A'), cue('WHOLE ONE.', { run: 's' })), ['HALF A', 'WHOLE ONE.'])
  })

  it('gives a sentence the same key however much of what follows is known', () => {
    const cues = [cue('ONE.'), cue('TWO'), cue('THREE.')]
    const [first] = sentencesOf(cues.slice(0, 1))
    assert.equal(sentencesOf(cues)[0]?.key, first?.key)
  })
})
