import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  emptyLayout,
  formatLayout,
  longestName,
  moveTile,
  mostTiles,
  nextSize,
  parseLayout,
  type ParsedLayout,
  type WallLayout,
} from './layout.ts'

function parsed(address: string): ParsedLayout {
  return parseLayout(new URL(address, 'http://any').searchParams)
}

function layoutOf(address: string): WallLayout {
  return parsed(address).layout
}

describe('the wall’s address', () => {
  it('is the layout, there and back', () => {
    for (const address of [
      '/wall',
      '/wall?c=a',
      '/wall?c=a,b~CC3,a&cols=2',
      '/wall?c=a~~w,b~CC3~t,c~DVB-eng~l&d=dense',
      '/wall?c=a&q=%22old%20harbour%22%20-ferry%20(a%20OR%20b)&around=0',
      '/wall?c=a&cols=12&d=compact&q=x%26c%3Db&around=5&name=Fire%20%26%20flood%20%E2%80%A6',
    ])
      assert.equal(formatLayout(layoutOf(address)), address)
  })

  it('has one form for one layout, whatever was written', () => {
    assert.equal(
      formatLayout(layoutOf('/wall?name=%20N%20&around=2&q=&cols=3&c=b~,a~~,a~CC1~x&d=huge')),
      '/wall?c=b,a,a~CC1&cols=3&name=N',
    )
  })

  it('says of fifty-one tiles that one is left out', () => {
    const { layout, leftOut } = parsed(`/wall?c=${'a,'.repeat(51)}`)
    assert.equal(layout.tiles.length, mostTiles)
    assert.equal(leftOut, 1)
    assert.equal(parsed(`/wall?c=${'a,'.repeat(50)}`).leftOut, 0)
  })

  it('keeps two tracks of one channel, and the same tile twice', () => {
    const { tiles } = layoutOf('/wall?c=a~CC1,a~CC3,a~CC1')
    assert.deepEqual(
      tiles.map(({ track }) => track),
      ['CC1', 'CC3', 'CC1'],
    )
  })

  it('takes nothing that is not a channel, a track, a number or a name of reasonable length', () => {
    const hostile = [
      '<script>alert(1)</script>',
      '../admin',
      'A',
      'a b',
      '-a',
      'a'.repeat(65),
      '%00',
      'a%2Fb',
      'javascript:x',
    ].join(',')
    assert.deepEqual(layoutOf(`/wall?c=${encodeURIComponent(hostile)},,~,~~w`), emptyLayout)
    assert.equal(layoutOf('/wall?c=a~%3Cb%3E').tiles[0]?.track, null)
    for (const columns of ['99', '0', '-1', '2.5', '1e1', 'NaN', '', '0x2'])
      assert.equal(layoutOf(`/wall?cols=${columns}`).columns, null, columns)
    assert.equal(layoutOf('/wall?around=6').around, emptyLayout.around)
    assert.equal(layoutOf(`/wall?name=${'n'.repeat(5000)}`).name.length, longestName)
    assert.equal(layoutOf(`/wall?q=${'q'.repeat(5000)}`).query.length, 1000)
  })

  it('reads any string without failing', () => {
    for (const text of ['c=%', 'c=%E0%A4%A', 'c', '&&&', 'c=a&c=b', '=', 'c=a~~~~~w'])
      assert.ok(parsed(`/wall?${text}`).layout.tiles.length <= 1, text)
  })
})

describe('moving a tile', () => {
  it('moves one as far as there are places', () => {
    const { tiles } = layoutOf('/wall?c=a,b,c')
    const after = (at: number, by: number): string =>
      moveTile(tiles, at, by)
        .map(({ channel }) => channel)
        .join('')
    assert.equal(after(0, 2), 'bca')
    assert.equal(after(2, -1), 'acb')
    assert.equal(after(0, -1), 'abc')
    assert.equal(after(2, 1), 'abc')
    assert.equal(after(0, 9), 'bca')
    assert.equal(after(7, -1), 'abc')
  })
})

it('goes through the sizes and begins again', () => {
  assert.deepEqual(
    ['normal', 'wide', 'tall', 'large'].map((size) => nextSize(size as 'normal')),
    [...['wide', 'tall', 'large', 'normal']],
  )
})
