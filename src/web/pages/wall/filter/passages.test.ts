import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../../../protocol/api.ts'
import type { SearchItem } from '../../../../protocol/search.ts'
import { earlierPassages, passagesOf, type TilePassage } from './passages.ts'

function cue(id: number, run = 'r'): Cue {
  const start = new Date(1_760_000_000_000 + id * 1000).toISOString()
  return {
    ...{ channel: 'c', track: 'CC1', id, start, end: start, text: `${id}`, mode: 'roll-up' },
    ...{ language: 'en', run, position: { epoch: 'e0000000', seq: id }, airing: null },
  }
}

function cues(from: number, to: number): Cue[] {
  return Array.from({ length: to - from + 1 }, (_, i) => cue(from + i))
}

/** Lines of a passage side by side, those that matched in brackets. */
function shown(passages: readonly TilePassage[]): string[] {
  return passages.map(({ rows }) =>
    rows.map(({ text, isMatch }) => (isMatch ? `[${text}]` : text)).join(' '),
  )
}

describe('matches in a tile', () => {
  it('have lines around them; what touches is one passage', () => {
    const lines = cues(1, 20)
    assert.deepEqual(shown(passagesOf(lines, [cue(5), cue(8), cue(15)], 1)), [
      ...['4 [5] 6 7 [8] 9', '14 [15] 16'],
    ])
    assert.deepEqual(shown(passagesOf(lines, [cue(5), cue(15)], 0)), ['[5]', '[15]'])
    assert.deepEqual(shown(passagesOf(lines, [cue(5), cue(6)], 0)), ['[5] [6]'])
  })

  it('end where lines end', () => {
    assert.deepEqual(shown(passagesOf(cues(1, 3), [cue(1), cue(3)], 2)), ['[1] 2 [3]'])
    assert.deepEqual(shown(passagesOf([], [], 2)), [])
  })

  it('from before what is held are joined to nothing that did not follow them', () => {
    const old = [cue(1), cue(2), cue(7), cue(12)]
    assert.deepEqual(shown(passagesOf(cues(10, 14), old, 3)), [
      ...['[1] [2]', '[7]', '10 11 [12] 13 14'],
    ])
    // The one before the first line that is held, of the same run.
    assert.deepEqual(shown(passagesOf(cues(10, 12), [cue(9)], 1)), ['[9] 10'])
    assert.deepEqual(shown(passagesOf(cues(10, 12), [cue(9, 'other')], 1)), ['[9]'])
  })
})

describe('matches of the archive', () => {
  const item = (id: number): SearchItem => {
    const { start, end } = cue(id)
    return {
      ...{ channel: 'c', track: 'CC1', language: 'en', start, end, text: `x${id}` },
      ...{ highlights: [[0, 1]], before: 'before', after: '', mentions: 1, airing: null },
      ...{ cues: [{ run: 'r', id, start, end }], permalink: '/c/c' },
    }
  }

  it('stand before those of now, the oldest first, and none is there twice', () => {
    const found = earlierPassages([item(9), item(5), item(3)], [cue(9)])
    assert.deepEqual(shown(found), ['before [x3]', 'before [x5]'])
    assert.deepEqual(found[0]?.rows[1]?.highlights, [[0, 1]])
  })
})
