import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { emptyLayout, formatLayout, type WallLayout } from '../layout/layout.ts'
import { mostWalls, parseWalls, renamed, withoutWall, withWall } from './saved-walls.ts'

function layout(name: string, channel = 'a'): WallLayout {
  return { ...emptyLayout, name, tiles: [{ channel, track: null, size: 'normal' }] }
}

const walls = [layout('one'), layout('two', 'b')].reduce(withWall, [])

describe('walls that are kept', () => {
  it('come back as they were', () => {
    assert.deepEqual(parseWalls(JSON.stringify(walls)), walls)
    assert.deepEqual(
      walls.map(({ name, address }) => [name, address]),
      [
        ['one', '/wall?c=a&name=one'],
        ['two', '/wall?c=b&name=two'],
      ],
    )
  })

  it('are replaced in their place when saved again', () => {
    const next = withWall(walls, layout('one', 'z'))
    assert.deepEqual(
      next.map(({ name }) => name),
      ['one', 'two'],
    )
    assert.equal(next[0]?.address, formatLayout(layout('one', 'z')))
  })

  it('are renamed in their place; a name is never there twice, and never empty', () => {
    assert.deepEqual(
      renamed(walls, 'one', ' three ').map(({ name }) => name),
      ['three', 'two'],
    )
    assert.equal(renamed(walls, 'one', 'three')[0]?.address, '/wall?c=a&name=three')
    assert.deepEqual(
      renamed(walls, 'one', 'two').map(({ address }) => address),
      ['/wall?c=a&name=two'],
    )
    assert.equal(renamed(walls, 'one', '  '), walls)
    assert.equal(renamed(walls, 'nobody', 'x'), walls)
  })

  it('are deleted', () => {
    assert.deepEqual(
      withoutWall(walls, 'one').map(({ name }) => name),
      ['two'],
    )
  })

  it('are none when what is kept is none of them', () => {
    const hostile = [
      ...['', '{', 'null', '7', '{}', '[1,null,"x",[]]', '[{"name":"x"}]'],
      '[{"name":"x","address":"javascript:alert(1)"}]',
      '[{"name":"x","address":"//elsewhere/wall?c=a&name=x"}]',
      '[{"name":"x","address":"/wall?c=a"}]',
    ]
    for (const text of hostile) assert.deepEqual(parseWalls(text), [], text)
    assert.deepEqual(parseWalls('[{"address":"/wall?c=a,%3Cb%3E&name=x&evil=1"}]'), [
      { name: 'x', address: '/wall?c=a&name=x' },
    ])
    const many = Array.from({ length: 300 }, (_, n) => ({ address: `/wall?c=a&name=${n}` }))
    assert.equal(parseWalls(JSON.stringify(many)).length, mostWalls)
  })
})
