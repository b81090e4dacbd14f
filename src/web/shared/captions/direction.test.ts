import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { directionOf } from './direction.ts'

describe(directionOf.name, () => {
  it('is told by the language, unless a script is named', () => {
    for (const language of ['ar', 'ar-EG', 'he', 'FA', 'ur', 'az-Arab', 'pa-Arab-PK', 'ms-arab'])
      assert.equal(directionOf(language), 'rtl', language)
    for (const language of ['en', 'es-MX', 'ja', 'zh-Hant', 'az', 'ps-Latn', 'und', '', null])
      assert.equal(directionOf(language), 'ltr', String(language))
  })
})
