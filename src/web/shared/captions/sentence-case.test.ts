import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { endsSentence, sentenceCase } from './sentence-case.ts'

const english = { language: 'en', isBeginning: true }

describe('sentence case', () => {
  it('writes capitals as one writes', () => {
    for (const [sent, read] of [
      ['THE FERRY LEAVES AT NINE. IT IS LATE.', 'The ferry leaves at nine. It is late.'],
      ['>> WHO IS THAT? >> I’M HERE.', '>> Who is that? >> I’m here.'],
      ["AND I'LL SEE YOU ON MONDAY", "And I'll see you on Monday"],
      ['MR. SMITH OF THE U.S. TOLD DR. JONES', 'Mr. Smith of the U.S. told Dr. Jones'],
      ['ON TV, THE BBC SAID', 'On TV, the BBC said'],
      ['♪ WHEN THE TIDE TURNS ♪', '♪ When the tide turns ♪'],
      ['“WE WON!” SHE CRIED', '“We won!” She cried'],
    ] as const)
      assert.equal(sentenceCase(sent, english), read)
  })

  it('goes on in the middle of a sentence', () => {
    assert.equal(
      sentenceCase('AND THE WIND COMES', { language: 'en', isBeginning: false }),
      'and the wind comes',
    )
    assert.equal(sentenceCase('>> NO.', { language: 'en', isBeginning: false }), '>> No.')
  })

  it('leaves alone what has small letters, or none to change', () => {
    for (const text of ['McDonald LEFT.', '12:30', '公共放送', '', '♪ ♪'])
      assert.equal(sentenceCase(text, english), text)
  })

  it('knows the language', () => {
    assert.equal(
      sentenceCase('¿QUÉ HORA ES? I', { language: 'es', isBeginning: true }),
      '¿Qué hora es? I',
    )
    assert.equal(sentenceCase('KIZ VE IŞIK', { language: 'tr', isBeginning: true }), 'Kız ve ışık')
    assert.equal(sentenceCase('A WORD', { language: 'not a tag', isBeginning: true }), 'A word')
  })
})

describe('the end of a sentence', () => {
  it('is not taken in by abbreviations', () => {
    assert.equal(endsSentence('I SAW MR. '), false)
    assert.equal(endsSentence('I SAW HIM. '), true)
    assert.equal(endsSentence('“NO!” '), true)
    assert.equal(endsSentence('AND THEN'), false)
  })
})
