import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { it } from 'node:test'
import { gzipSync } from 'node:zlib'

/** What a phone must fetch for all pages together, on a slow line; the first page needs less. */
const mostBytes = 150_000

it('the website is small: all of its scripts and styles, compressed', () => {
  const files = globSync('dist/web/{assets/*.{js,css},first.js,index.html}')
  assert.ok(files.length >= 4, `built: ${files.join()}`)
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
  assert.ok(bytes < mostBytes, `${bytes} bytes`)
})

/** The first page and its styles, without what a page brings along when it is opened. */
const mostFirstBytes = 103_000

it('the first page waits for no other: what a channel’s tabs need comes with them', () => {
  const page = readFileSync('dist/web/index.html', 'utf8')
  const files = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(
    ([, file]) => `dist/web/${file ?? ''}`,
  )
  assert.ok(files.length >= 2, page)
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
  assert.ok(bytes < mostFirstBytes, `${bytes} bytes`)
  for (const file of files) assert.doesNotMatch(readFileSync(file, 'utf8'), /Scenarist|check-list/)
})

it('asks nobody else for anything: no address of another host is fetched by page or styles', () => {
  for (const file of globSync('dist/web/{assets/*.css,index.html}'))
    assert.doesNotMatch(
      readFileSync(file, 'utf8'),
      /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\//,
    )
})
