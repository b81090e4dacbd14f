import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { chunks } from '../support/damage.ts'
import { createRandom } from '../support/random.ts'
import { sourceChecks, type SourceKind } from '../support/source-checks.ts'

/** Bytes that something once did not stand, found by damaging others: test/fuzz/sources.fuzz.ts. */
const files = globSync('test/fixtures/findings/*.bin').sort()

describe('what fuzzing found', () => {
  for (const file of files)
    it(path.basename(file), () => {
      const [kind = ''] = path.basename(file).split('-')
      assert.ok(kind in sourceChecks, `${file} names no check`)
      const bytes = readFileSync(file)
      const check = sourceChecks[kind as SourceKind]
      for (let seed = 1; seed <= 20; seed++) check(bytes, chunks(bytes, createRandom(seed)))
    })

  it('is there', () => assert.ok(files.length > 0))
})
