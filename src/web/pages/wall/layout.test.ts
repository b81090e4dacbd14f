import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatLayout, keysOf, moveTile, mostTiles, parseLayout } from './layout.ts'

function layoutOf(address: string): ReturnType<typeof parseLayout> {
  return parseLayout(new URL(address, 'http://any').searchParams)
}

describe('the wall’s address', () => {
  it('is the layout, there and back', () => {
    for (const address of ['/wall', '/wall?c=a', '/wall?c=a,b~CC3,a&cols=2'])
      assert.equal(formatLayout(layoutOf(address)), address)
  })

  it('is taken as far as it makes sense', () => {
    assert.equal(layoutOf('/wall?cols=99').columns, null)
    assert.equal(layoutOf('/wall?c=,,').tiles.length, 0)
    assert.equal(layoutOf(`/wall?c=${'a,'.repeat(500)}`).tiles.length, mostTiles)
  })
})

describe('moving a tile', () => {
  it('moves one, and nothing at the ends', () => {
    const { tiles } = layoutOf('/wall?c=a,b,c')
    const after = (at: number, by: number): string =>
      moveTile(tiles, at, by)
        .map(({ channel }) => channel)
        .join('')
    assert.equal(after(0, 2), 'bca')
    assert.equal(after(2, -1), 'acb')
    assert.equal(after(0, -1), 'abc')
    assert.equal(after(2, 1), 'abc')
  })
})

describe('the key of a tile', () => {
  it('follows a channel wherever its tile goes, and tells two tiles of it apart', () => {
    assert.deepEqual(keysOf(layoutOf('/wall?c=a,b,a~CC3').tiles), ['a 1', 'b 1', 'a 2'])
  })
})
