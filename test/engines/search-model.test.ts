import { describe, it } from 'node:test'
import { compareArchives } from './search-agreement.ts'
import { openSqliteSearched } from './sqlite-searched.ts'

const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

describe(`search and everything scanned agree (seed ${seed})`, () => {
  it('in random archives, whatever is filed and indexed', async (t) => {
    const asked = { open: openSqliteSearched, seed, seconds: 2, queriesPerRound: 40 }
    t.diagnostic(JSON.stringify(await compareArchives(asked)))
  })
})
