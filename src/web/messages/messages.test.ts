import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'

/** Every catalogue of this folder: that of all pages, and those that are fetched with a page. */

const here = import.meta.dirname
const catalogues = await Promise.all(
  globSync('**/{en,*-en}.ts', { cwd: here }).map(async (file) => ({
    // `search/` of search/en.ts, `download-` of download-en.ts, nothing of en.ts.
    room: file.slice(0, -'en.ts'.length),
    en: await read(file, 'en'),
    es: await read(file.replace(/en\.ts$/, 'es.ts'), 'es'),
  })),
)

/** Said in both languages with the same words. */
const same = new Set([
  ...['title', 'nav.api'],
  ...['ArrowLeft', 'ArrowRight', 'Escape'].map((key) => `shortcuts/keys.${key}`),
  ...['bibtex', 'wikipedia'].map((style) => `channel/share.styles.${style}`),
  ...['srt', 'vtt', 'ttml', 'scc', 'json', 'csv'].map((name) => `download-formats.${name}.name`),
])

it('every language says everything, with the same kind of sentence under the same name', () => {
  assert.ok(catalogues.length > 3)
  for (const { room, en, es } of catalogues) assert.deepEqual(shapeOf(es), shapeOf(en), room)
})

it('no sentence is empty, and Spanish repeats English only where the words are the same', () => {
  for (const { room, en, es } of catalogues) {
    const english = new Map(sentences(en, room))
    for (const [name, said] of sentences(es, room)) {
      assert.notEqual(said.trim(), '', name)
      if (!same.has(name)) assert.notEqual(said, english.get(name), name)
    }
  }
})

async function read(file: string, language: string): Promise<object> {
  const module = (await import(path.join(here, file))) as Record<string, object>
  const messages = module[language]
  assert.ok(messages, file)
  return messages
}

function shapeOf(messages: object, path = ''): string[] {
  return Object.entries(messages)
    .flatMap(([key, value]: [string, unknown]) => {
      const name = `${path}${key}`
      if (typeof value === 'object' && value !== null) return shapeOf(value, `${name}.`)
      return [typeof value === 'function' ? `${name}(${value.length})` : `${name}: ${typeof value}`]
    })
    .sort()
}

function sentences(messages: object, path = ''): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]: [string, unknown]) => {
    const name = `${path}${key}`
    if (typeof value === 'string') return [[name, value] as [string, string]]
    return typeof value === 'object' && value !== null ? sentences(value, `${name}.`) : []
  })
}
