import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { it } from 'node:test'
import { gzipSync } from 'node:zlib'

/** What a phone must fetch for the first page, on a slow line; and for all pages together, as they are opened. */
const firstPage = { files: 'dist/web/{assets/index-*.{js,css},first.js,index.html}', most: 103_000 }
const allPages = { files: 'dist/web/{assets/*.{js,css},first.js,index.html}', most: 320_000 }

it('the website is small: its scripts and styles, compressed', () => {
  for (const { files, most } of [firstPage, allPages]) {
    const found = globSync(files)
    assert.ok(found.length >= 4, `built: ${found.join()}`)
    const bytes = found.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0)
    assert.ok(bytes < most, `${files}: ${bytes} bytes`)
  }
})

it('asks nobody else for anything: no address of another host is fetched by page or styles', () => {
  for (const file of globSync('dist/web/{assets/*.css,index.html}'))
    assert.doesNotMatch(
      readFileSync(file, 'utf8'),
      /(?:src|href)="(?:https?:)?\/\/|url\(["']?(?:https?:)?\/\//,
    )
})
