import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { tokenize } from './tokenize.ts'

function terms(text: string): readonly string[] {
  return tokenize(text).terms
}

/** Each token's characters as they stand in the text. */
function pieces(text: string): string[] {
  const { terms: found, offsets } = tokenize(text)
  return found.map((_, n) => text.slice(offsets[2 * n], offsets[2 * n + 1]))
}

describe('tokenize', () => {
  it('makes case and diacritics of no account', () => {
    assert.deepEqual(terms('Ça VA, Señor Müller?'), ['ca', 'va', 'senor', 'muller'])
    assert.deepEqual(terms('STRASSE Straße'), ['strasse', 'strasse'])
    assert.deepEqual(terms('Łódź, Øresund, Æsop, İstanbul'), [
      'lodz',
      'oresund',
      'aesop',
      'istanbul',
    ])
    assert.deepEqual(terms('cafe\u0301 café'), ['cafe', 'cafe'])
    assert.deepEqual(terms('ΌΣΟΣ όσος'), ['οσοσ', 'οσοσ'])
    assert.deepEqual(terms('ЁЛКА елка'), ['елка', 'елка'])
    assert.deepEqual(terms('ＡＢＣ １２'), ['abc', '12'])
  })

  it('drops an apostrophe within a word and parts words at any other', () => {
    assert.deepEqual(terms("DON'T don’t dont"), ['dont', 'dont', 'dont'])
    assert.deepEqual(terms("O'BRIEN'S 'CAUSE DOIN' ROCK 'N' ROLL"), [
      ...['obriens', 'cause', 'doin', 'rock', 'n', 'roll'],
    ])
    assert.deepEqual(terms("L’ÉTAT ''"), ['letat'])
  })

  it('parts words at hyphens, dots and slashes', () => {
    assert.deepEqual(terms('CO-OP 9/11 U.S. 3.5 10:30 COVID-19 AT&T'), [
      ...['co', 'op', '9', '11', 'u', 's', '3', '5', '10', '30', 'covid', '19', 'at', 't'],
    ])
    assert.deepEqual(terms('soft\u00adware'), ['software'])
  })

  it('joins the thousands of a number and no other digits', () => {
    assert.deepEqual(terms('$1,000,000 1,00 2020,300 1,000th 1,0000'), [
      ...['1000000', '1', '00', '2020', '300', '1000th', '1', '0000'],
    ])
    assert.deepEqual(terms('1,000 é'), ['1000', 'e'])
  })

  it('takes no notice of speaker marks, music notes and row breaks', () => {
    assert.deepEqual(terms('>> HELLO\n♪♪ [APPLAUSE] ♫'), ['hello', 'applause'])
    assert.deepEqual(terms('>>> ♪'), [])
  })

  it('gives a token to every character of a script without spaces', () => {
    assert.deepEqual(terms('日本語'), ['日本', '本語', '語'])
    assert.deepEqual(pieces('BBCニュース'), ['BBC', 'ニ', 'ュ', 'ー', 'ス'])
    assert.deepEqual(terms('ｶﾞｽ ガス'), ['ガス', 'ス', 'ガス', 'ス'])
    assert.deepEqual(pieces('ｶﾞｽ'), ['ｶﾞ', 'ｽ'])
    assert.deepEqual(terms('한국 뉴스'), ['한국', '국', '뉴스', '스'])
    assert.deepEqual(terms('𠀀𠀁'), ['𠀀𠀁', '𠀁'])
  })

  it('keeps the vowel signs of Indic scripts', () => {
    assert.deepEqual(terms('हिन्दी में'), ['हिन्दी', 'में'])
  })

  it('gives offsets of UTF-16 units', () => {
    assert.deepEqual(pieces("😀 DON'T\nÉTÉ-là 😀x"), ["DON'T", 'ÉTÉ', 'là', 'x'])
    assert.deepEqual(tokenize("a don't").offsets, [0, 1, 2, 7])
  })

  it('cuts ASCII alike on both of its ways', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...Array.from("aB1,'` -.\n>")) })
    fc.assert(
      fc.property(ascii, (text) => {
        const { terms: alone, offsets } = tokenize(text)
        const beside = tokenize(`${text} é`)
        assert.deepEqual([...alone, 'e'], beside.terms)
        assert.deepEqual(offsets, beside.offsets.slice(0, -2))
      }),
    )
  })

  it('never throws; its tokens are in order, not empty, and their own fold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { terms: found, offsets } = tokenize(text)
        assert.equal(offsets.length, 2 * found.length)
        let end = 0
        found.forEach((term, n) => {
          const [from = -1, to = -1] = offsets.slice(2 * n, 2 * n + 2)
          assert.ok(from >= end && to > from && to <= text.length)
          assert.notEqual(term, '')
          assert.equal(terms(term)[0], term)
          end = to
        })
      }),
      { numRuns: 2000 },
    )
  })

  it('folds every character to what folds to itself', () => {
    for (let code = 0; code < 0x110000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue
      const { terms: found } = tokenize(`a${String.fromCodePoint(code)}b`)
      for (const term of found)
        if (tokenize(term).terms[0] !== term) assert.fail(`${code.toString(16)} is ${term}`)
    }
  })
})
