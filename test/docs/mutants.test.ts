import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { listMutants, mutate } from '../mutants/list.ts'

const read = (file: string): string => readFileSync(file, 'utf8')

/** `npm run mutants` tries them; that they are still of these sources is cheap to know always. */
describe('the mutants', async () => {
  const mutants = await listMutants()

  it('are faults of the sources as they are', () => {
    for (const mutant of mutants) assert.notEqual(mutate(read(mutant.file), mutant), '')
  })

  it('stand in docs/invariants.md under what they break, with the test that kills them', () => {
    const rows = [...read('docs/invariants.md').matchAll(/^\| (\d+) \| `([a-z-]+)` \| (.+) \|$/gm)]
    assert.deepEqual(
      rows.map((row) => row.slice(1)),
      mutants.map(({ invariant, name, breaks, test }) => [
        String(invariant),
        name,
        `${breaks} | ${test.name} (\`${test.file}\`)`,
      ]),
    )
  })
})
