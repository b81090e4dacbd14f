import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { cutBytes, namesTag, parseByteRange } from './byte-range.ts'

describe('parseByteRange', () => {
  it('reads one range, cut to the file', () => {
    assert.deepEqual(parseByteRange('bytes=0-0', 10), { first: 0, last: 0 })
    assert.deepEqual(parseByteRange('bytes=4-', 10), { first: 4, last: 9 })
    assert.deepEqual(parseByteRange('bytes=4-99', 10), { first: 4, last: 9 })
    assert.deepEqual(parseByteRange('bytes=-3', 10), { first: 7, last: 9 })
    assert.deepEqual(parseByteRange('bytes=-99', 10), { first: 0, last: 9 })
  })

  it('passes over what it does not take, and refuses what is not there', () => {
    for (const header of [
      undefined,
      '',
      'bytes=',
      'bytes=-',
      'bytes=5-2',
      'bytes=0-1,3-4',
      'x=1-2',
    ])
      assert.equal(parseByteRange(header, 10), undefined)
    for (const header of ['bytes=10-', 'bytes=10-12', 'bytes=-0'])
      assert.equal(parseByteRange(header, 10), 'unsatisfiable')
    assert.equal(parseByteRange('bytes=0-', 0), 'unsatisfiable')
  })
})

describe('cutBytes', () => {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (const text of ['abc', 'defg', '', 'hij']) yield await Promise.resolve(Buffer.from(text))
  }
  const cut = async (at: number, first: number, last: number): Promise<string> => {
    let text = ''
    for await (const piece of cutBytes(pieces(), at, { first, last }))
      text += Buffer.from(piece).toString()
    return text
  }

  it('gives every range of the pieces, wherever they begin', async () => {
    for (let first = 0; first < 10; first++)
      for (let last = first; last < 10; last++)
        assert.equal(await cut(0, first, last), 'abcdefghij'.slice(first, last + 1))
    assert.equal(await cut(100, 102, 104), 'cde')
  })

  it('fails where there is less than was promised', async () => {
    await assert.rejects(cut(0, 5, 10), /shorter/)
  })
})

it('namesTag finds a tag in a list, weak or not, and in a star', () => {
  assert.equal(namesTag('"a", W/"b"', '"b"'), true)
  assert.equal(namesTag('*', '"b"'), true)
  assert.equal(namesTag('"bb"', '"b"'), false)
  assert.equal(namesTag(undefined, '"b"'), false)
})
