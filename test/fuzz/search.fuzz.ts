import { describe, it } from 'node:test'
import { compareArchives } from '../engines/search-agreement.ts'
import { openSqliteSearched } from '../engines/sqlite-searched.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 60)
const seed = Number(process.env['TEST_SEED'] ?? 1)

/** What a run of the length that CI gives it has to ask; a shorter one asks what it can. */
const atLeast = seconds >= 20 ? 10_000 : 0

describe('search, and everything scanned', () => {
  it('give the same for random queries on random archives', async (t) => {
    const shares = await compareArchives({
      ...{ open: openSqliteSearched, seed },
      seconds,
      queriesPerRound: 300,
      atLeast,
    })
    t.diagnostic(JSON.stringify({ seed, ...shares }))
  })
})
