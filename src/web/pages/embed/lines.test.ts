import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../../protocol/api.ts'
import type { Mode } from '../../../protocol/events.ts'
import type { Draft } from '../../../protocol/live/live.ts'
import { rowsAsSent, screenOf, turnsOf } from './lines.ts'

describe('what stands on a screen', () => {
  it('is the last rows of roll-up text, the growing one among them', () => {
    const cues = [cue(1, 'A'), cue(2, 'B'), cue(3, 'C')]
    assert.deepEqual(texts(screenOf(cues, draft(4, 'D'), 3)), ['B', 'C', 'D'])
    assert.deepEqual(texts(screenOf(cues, undefined, 2)), ['B', 'C'])
    assert.deepEqual(texts(screenOf([], undefined, 2)), [])
    assert.deepEqual(texts(screenOf(cues, draft(4, ''), 1)), ['C'])
  })

  it('is one screen of pop-on text, which nothing older stands above', () => {
    const screens = [cue(1, 'OLD\nSCREEN', 'pop-on'), cue(2, 'NEW\nSCREEN', 'pop-on')]
    assert.deepEqual(texts(screenOf(screens, undefined, 4)), ['NEW', 'SCREEN'])
    assert.deepEqual(texts(screenOf(screens, draft(3, 'NEXT', 'pop-on'), 4)), ['NEXT'])
    assert.deepEqual(texts(screenOf([...screens, cue(3, 'ROW')], undefined, 4)), ['ROW'])
    assert.deepEqual(texts(screenOf([cue(1, 'A\nB\nC', 'pop-on')], undefined, 2)), ['B', 'C'])
  })

  it('keeps a row’s key when its draft becomes a cue', () => {
    const [growing] = screenOf([], draft(7, 'GOOD'), 1)
    const [said] = screenOf([cue(7, 'GOOD DAY.')], undefined, 1)
    assert.equal(growing?.key, said?.key)
  })
})

describe('text to be read', () => {
  const cues = [
    ...[cue(1, 'ONE'), cue(2, 'AND TWO.'), cue(3, '>> WHO?'), cue(4, 'ME.')],
    ...[cue(5, 'A\nSCREEN', 'pop-on'), cue(6, 'THREE')],
  ]

  it('flows: a turn, or a screen, in each line', () => {
    assert.deepEqual(texts(turnsOf(cues)), ['ONE AND TWO.', '>> WHO? ME.', 'A\nSCREEN', 'THREE'])
  })

  it('stands as it was sent', () => {
    assert.deepEqual(texts(rowsAsSent(cues)), [
      ...['ONE', 'AND TWO.', '>> WHO?', 'ME.', 'A', 'SCREEN', 'THREE'],
    ])
    const keys = rowsAsSent(cues).map(({ key }) => key)
    assert.equal(new Set(keys).size, keys.length)
  })
})

function texts(lines: readonly { readonly text: string }[]): string[] {
  return lines.map(({ text }) => text)
}

function cue(id: number, text: string, mode: Mode = 'roll-up'): Cue {
  const at = `2026-03-01T18:00:${String(id).padStart(2, '0')}.000Z`
  return {
    ...{ channel: 'news', track: 'CC1', id, start: at, end: at, text, mode, language: 'en' },
    ...{ run: 'r1', position: { epoch: 'e', seq: id }, airing: null },
  }
}

function draft(id: number, text: string, mode: Mode = 'roll-up'): Draft {
  const { start } = cue(id, text)
  return { track: 'CC1', id, start, text, mode, run: 'r1' }
}
