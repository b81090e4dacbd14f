import assert from 'node:assert/strict'
import { it } from 'node:test'
import { en as styleEn } from './caption-style/en.ts'
import { es as styleEs } from './caption-style/es.ts'
import { en as downloadEn } from './download-en.ts'
import { es as downloadEs } from './download-es.ts'
import { en as siteEn } from './en.ts'
import { es as siteEs } from './es.ts'

const en = { ...siteEn, downloads: downloadEn, style: styleEn }
const es = { ...siteEs, downloads: downloadEs, style: styleEs }

it('every language says everything, with the same kind of sentence under the same name', () => {
  assert.deepEqual(shapeOf(es), shapeOf(en))
})

it('no sentence is empty, and Spanish repeats English only where the words are the same', () => {
  const same = new Set([
    ...['title', 'nav.api', 'downloads.formats.srt.name', 'downloads.formats.vtt.name'],
    ...['downloads.formats.ttml.name', 'downloads.formats.scc.name'],
    ...['downloads.formats.json.name', 'downloads.formats.csv.name'],
  ])
  const english = new Map(sentences(en))
  for (const [name, said] of sentences(es)) {
    assert.notEqual(said.trim(), '', name)
    if (!same.has(name)) assert.notEqual(said, english.get(name), name)
  }
})

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
