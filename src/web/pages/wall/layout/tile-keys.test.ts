import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseLayout, type Tile } from './layout.ts'
import { followTiles } from './tile-keys.ts'

function tilesOf(c: string): readonly Tile[] {
  return parseLayout(new URLSearchParams({ c })).layout.tiles
}

describe('the key of a tile', () => {
  const keysAfter = (...steps: string[]): string[] =>
    steps
      .map(tilesOf)
      .reduce<ReturnType<typeof followTiles>>((before, tiles) => followTiles(before, tiles), [])
      .map(({ key }) => key)

  it('tells two tiles of a channel apart, and follows each past the other', () => {
    assert.deepEqual(keysAfter('a~CC1,a~CC3'), ['a 1', 'a 2'])
    assert.deepEqual(keysAfter('a~CC1,a~CC3', 'a~CC3,a~CC1'), ['a 2', 'a 1'])
  })

  it('stays when its track or size is changed', () => {
    assert.deepEqual(keysAfter('a,b', 'a~CC3,b'), ['a 1', 'b 1'])
    assert.deepEqual(keysAfter('b,a,a~CC3', 'b,a,a~CC3~w'), ['b 1', 'a 1', 'a 2'])
  })

  it('is not given to a new tile while another has it', () => {
    assert.deepEqual(keysAfter('a,a', 'a,a', 'a,a,a'), ['a 1', 'a 2', 'a 3'])
    assert.deepEqual(keysAfter('a,b', 'b', 'b,a'), ['b 1', 'a 1'])
  })
})
