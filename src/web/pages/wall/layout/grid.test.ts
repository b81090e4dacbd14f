import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gapPx, gridOf } from './grid.ts'
import { emptyLayout, type Density, type TileSize, type WallLayout } from './layout.ts'

function layoutOf(
  count: number,
  more: Partial<WallLayout> = {},
  size: TileSize = 'normal',
): WallLayout {
  const tile = { channel: 'a', track: null, size }
  return { ...emptyLayout, tiles: Array.from({ length: count }, () => tile), ...more }
}

const phone = { width: 336, height: 560 }
const laptop = { width: 1400, height: 760 }
const big = { width: 3800, height: 1980 }

describe('the grid of a wall', () => {
  it('is one column on a phone, whatever the address says', () => {
    for (const count of [1, 4, 50]) {
      const { columns, density } = gridOf(phone, layoutOf(count, { columns: 6 }))
      assert.equal(columns, 1)
      assert.equal(density, 'comfortable')
    }
  })

  it('shows all tiles at once where there is room, balanced', () => {
    assert.equal(gridOf(laptop, layoutOf(1)).columns, 1)
    assert.equal(gridOf(laptop, layoutOf(2)).columns, 2)
    assert.equal(gridOf(laptop, layoutOf(4)).columns, 2)
    assert.equal(gridOf(laptop, layoutOf(6)).columns, 3)
  })

  it('packs fifty tiles on a very large screen so that each can be read', () => {
    const { columns, density, textRem } = gridOf(big, layoutOf(50))
    assert.equal(density, 'comfortable')
    const rows = Math.ceil(50 / columns)
    assert.ok((big.height - gapPx * (rows - 1)) / rows >= 210)
    assert.ok(textRem >= 1)
  })

  it('grows denser before it scrolls, and scrolls when nothing helps', () => {
    const densityFor = (count: number): Density => gridOf(laptop, layoutOf(count)).density
    assert.equal(densityFor(12), 'comfortable')
    assert.equal(densityFor(20), 'compact')
    assert.equal(densityFor(40), 'dense')
    assert.equal(densityFor(50), 'dense')
  })

  it('does as it is told', () => {
    assert.equal(gridOf(laptop, layoutOf(50, { density: 'comfortable' })).density, 'comfortable')
    assert.equal(gridOf(laptop, layoutOf(5, { columns: 5 })).columns, 5)
    assert.equal(gridOf(laptop, layoutOf(2, { columns: 1, density: 'dense' })).columns, 1)
  })

  it('counts the cells of large tiles', () => {
    const normal = gridOf(laptop, layoutOf(12))
    const large = gridOf(laptop, layoutOf(12, {}, 'large'))
    assert.equal(normal.density, 'comfortable')
    assert.notEqual(large.density, 'comfortable')
  })
})
