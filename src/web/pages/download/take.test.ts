import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../../protocol/api.ts'
import { ccrOf, curlOf, linkOf, obstacleOf, settled, takeOfLines, type Wish } from './take.ts'

const at = (seconds: number): string =>
  new Date(Date.UTC(2026, 10, 10) + seconds * 1000).toISOString()

function line(id: number, from: number, to: number): Cue {
  return {
    ...{ channel: 'news', track: 'CC1', id, start: at(from), end: at(to), text: `line ${id}` },
    ...{
      mode: 'roll-up',
      language: 'en',
      run: 'r',
      airing: null,
      position: { epoch: 'e', seq: id },
    },
  }
}

const lines = [line(1, 0, 2), line(2, 2, 5), line(3, 4, 6), line(4, 9, 10)]
const taken = (...ids: number[]): ReturnType<typeof takeOfLines> =>
  takeOfLines(lines, ({ id }) => ids.includes(id), { isWhole: true, to: at(60) })

describe('lines that were checked', () => {
  it('are a range when they follow one another, which ends before the next begins', () => {
    assert.deepEqual(taken(1, 2), { kind: 'range', from: at(0), to: at(4) })
    assert.deepEqual(taken(2, 3), { kind: 'range', from: at(2), to: at(6) })
    assert.deepEqual(taken(4), { kind: 'range', from: at(9), to: at(10) })
    assert.equal(taken(), null)
  })

  it('are named one by one when there are holes', () => {
    const cues = ['r/CC1/1', 'r/CC1/4']
    assert.deepEqual(taken(1, 4), { kind: 'cues', from: at(0), to: at(10), cues })
  })

  it('are named one by one when a line beside them begins in the same moment', () => {
    const twins = [line(1, 0, 2), line(2, 0, 2), line(3, 0, 2)]
    const rest = { isWhole: true, to: at(60) }
    for (const chosen of [1, 2, 3]) {
      const take = takeOfLines(twins, ({ id }) => id === chosen, rest)
      assert.equal(take?.kind, 'cues')
      assert.ok(take.from < take.to)
    }
  })

  it('reach no further than their last when what follows is not known', () => {
    const take = takeOfLines(lines, ({ id }) => id === 4, { isWhole: false, to: at(60) })
    assert.deepEqual(take, { kind: 'range', from: at(9), to: at(9.001) })
  })
})

const wish: Wish = {
  ...{ channel: 'news', format: 'srt', track: 'CC1' },
  take: { kind: 'range', from: at(0), to: at(60) },
}

it('a wish is one address, and one line for a shell', () => {
  assert.equal(
    linkOf(wish),
    `/api/v1/channels/news/download?format=srt&from=${at(0)}&to=${at(60)}&track=CC1`,
  )
  const two: Wish = { ...wish, take: { kind: 'airings', ids: ['a', 'b'] }, track: null }
  assert.equal(linkOf(two), '/api/v1/channels/news/download.zip?format=srt&airing=a&airing=b')
  assert.equal(curlOf(two, 'http://x'), `curl -fOJ 'http://x${linkOf(two)}'`)
  assert.equal(
    ccrOf(two, 'http://x'),
    'ccr download --server http://x --channel news --airing a,b --format srt',
  )
})

it('what a format cannot hold is told, or taken as a whole', () => {
  assert.equal(obstacleOf({ ...wish, format: 'scc', track: null }, 2), 'one-track')
  assert.equal(obstacleOf({ ...wish, format: 'scc', track: null }, 1), null)
  const long = { kind: 'range', from: at(0), to: at(86_401) } as const
  assert.equal(obstacleOf({ ...wish, format: 'scc', take: long }, 1), 'one-day')
  assert.equal(obstacleOf({ ...wish, take: { ...long, to: at(0) } }, 1), 'backwards')
  const cues: Wish = { ...wish, format: 'bin', take: { ...long, kind: 'cues', cues: ['r/CC1/1'] } }
  assert.deepEqual(settled(cues), { ...cues, track: null, take: long })
})
