import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { markWords, TextDiff, type Difference, type TextCue } from './text-diff.ts'

function cue(second: number, text: string, fields: Partial<TextCue> = {}): TextCue {
  const at = (ms: number): string => new Date(1_790_000_000_000 + ms).toISOString()
  const start = at(second * 1000)
  const end = at(second * 1000 + 900)
  return { track: 'CC1', start, end, mode: 'roll-up', text, ...fields }
}

function compare(
  old: readonly TextCue[],
  made: readonly TextCue[],
): { counts: number[]; found: Difference[] } {
  const found: Difference[] = []
  const diff = new TextDiff((difference) => void found.push(difference))
  const all = [
    ...old.map((one) => [one, 'old'] as const),
    ...made.map((one) => [one, 'made'] as const),
  ]
  all.sort(([a], [b]) => (a.start < b.start ? -1 : 1))
  for (const [one, side] of all) diff[side](one)
  diff.end()
  const { same, changed, moved, added, missing } = diff.counts
  return { counts: [same, changed, moved, added, missing], found }
}

const text = Array.from({ length: 500 }, (_, n) => cue(n, `LINE ${n}`))

describe('TextDiff', () => {
  it('finds nothing between a text and itself, also where lines repeat', () => {
    assert.deepEqual(compare(text, text).counts, [500, 0, 0, 0, 0])
    const chorus = Array.from({ length: 300 }, (_, n) => cue(n, n % 2 === 0 ? 'LA' : 'LA LA'))
    assert.deepEqual(compare(chorus, chorus).counts, [300, 0, 0, 0, 0])
  })

  it('counts what was changed, moved, added and left out, wherever that is', () => {
    for (const n of [0, 1, 250, 498, 499]) {
      const [one] = text.slice(n)
      assert.ok(one !== undefined)
      const replaced = (by: TextCue[]): TextCue[] => text.toSpliced(n, 1, ...by)
      assert.deepEqual(compare(text, replaced([])).counts, [499, 0, 0, 0, 1])
      assert.deepEqual(compare(replaced([]), text).counts, [499, 0, 0, 1, 0])
      assert.deepEqual(
        compare(text, replaced([{ ...one, text: 'ELSE' }])).counts,
        [499, 1, 0, 0, 0],
      )
      assert.deepEqual(
        compare(text, replaced([{ ...one, mode: 'text' }])).counts,
        [499, 1, 0, 0, 0],
      )
      const later = { ...one, end: cue(n + 0.05, '').end }
      const { counts, found } = compare(text, replaced([later]))
      assert.deepEqual(counts, [499, 0, 1, 0, 0])
      assert.deepEqual(found, [{ kind: 'moved', old: one, made: later }])
    }
  })

  it('keeps tracks apart, and tells a track that only one side has', () => {
    const other = text.map((one) => ({ ...one, track: 'CC3' }))
    assert.deepEqual(compare(text, [...text, ...other]).counts, [500, 0, 0, 500, 0])
    assert.deepEqual(compare([...text, ...other], other).counts, [500, 0, 0, 0, 500])
  })

  it('finds its way back after a long part that only one side has', () => {
    assert.deepEqual(compare(text, text.toSpliced(100, 300)).counts, [200, 0, 0, 0, 300])
  })
})

describe('markWords', () => {
  it('marks what went and what came, word by word, and where rows part', () => {
    assert.equal(markWords('GOOD NITE ALL', 'GOOD NIGHT ALL'), 'GOOD [-NITE-] {+NIGHT+} ALL')
    assert.equal(markWords('A\nB', 'A B C'), 'A [-/-] B {+C+}')
    assert.equal(markWords('', 'NEW'), '{+NEW+}')
    assert.equal(markWords('SAME', 'SAME'), 'SAME')
  })
})
