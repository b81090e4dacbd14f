import { describe, it } from 'node:test'
import { openPostgresSearched } from '../engines/postgres/searched.ts'
import { compareArchives } from '../engines/search-agreement.ts'
import { startPostgres, withoutPostgres } from '../support/database.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 60)
const seed = Number(process.env['TEST_SEED'] ?? 1)

/** What a run of the length that CI gives it has to ask; a shorter one asks what it can. */
const atLeast = seconds >= 20 ? 500 : 0

describe('search on PostgreSQL, and everything scanned', { skip: withoutPostgres }, () => {
  it('give the same for random queries on random archives', async (t) => {
    await using server = await startPostgres()
    const shares = await compareArchives({
      ...{ open: openPostgresSearched(server), seed, seconds, atLeast },
      queriesPerRound: 40,
    })
    t.diagnostic(JSON.stringify({ seed, ...shares }))
  })
})
