import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Airing } from '../../../protocol/api.ts'
import { contentDisposition, fileName } from './file-name.ts'

const range = { from: '2026-11-24T18:00:00.000Z', to: '2026-11-24T19:00:05.250Z' }

function named(title: string): string {
  const airing: Airing = {
    ...{ channel: 'news', id: 'a', run: 'r', title, start: range.from, end: null, source: 'xds' },
    ...{ description: null, category: null, rating: null, position: { epoch: 'e', seq: 1 } },
  }
  return fileName('news', range, ['CC1'], 'srt', airing)
}

it('names a file by channel, times and tracks', () => {
  assert.equal(
    fileName('news', range, ['CC1', 'CC3'], 'vtt'),
    'news-2026-11-24T18.00Z-to-2026-11-24T19.00.05.250Z-CC1-CC3.vtt',
  )
  assert.equal(fileName('news', { from: null, to: null }, [], 'bin'), 'news.bin')
})

it('keeps out of a name what leads elsewhere or shows another extension', () => {
  const end = '-2026-11-24T18.00Z-CC1.srt'
  assert.equal(named('../../etc/passwd'), `news-etc passwd${end}`)
  assert.equal(named('C:\\CON?*"<>|'), `news-C CON${end}`)
  assert.equal(named('gpj.\u202eexe'), `news-gpj. exe${end}`)
  assert.equal(named('a\r\nSet-Cookie: x'), `news-a Set-Cookie x${end}`)
  assert.equal(named('\u0000 . '), `news${end}`)
  assert.ok(named('😀'.repeat(100)).length < 120)
  assert.doesNotThrow(() => contentDisposition(named('x'.repeat(59) + '😀')))
})

it('writes a name in ASCII and, where it has more, in UTF-8', () => {
  assert.equal(contentDisposition('a b.srt'), 'attachment; filename="a b.srt"')
  assert.equal(
    contentDisposition('Ünï “x” 50%.srt'),
    `attachment; filename="Uni _x_ 50_.srt"; filename*=UTF-8''%C3%9Cn%C3%AF%20%E2%80%9Cx%E2%80%9D%2050%25.srt`,
  )
  assert.equal(
    contentDisposition("日本('*).srt"),
    `attachment; filename="__('*).srt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%28%27%2A%29.srt`,
  )
})

it('bears half a character', () => {
  assert.doesNotThrow(() => contentDisposition(named('half \ud800 and \udc00 half')))
})
