import { describe, it } from 'node:test'
import { compareArchives } from '../engines/search-agreement.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 60)
const seed = Number(process.env['TEST_SEED'] ?? 1)

describe('search, and everything scanned', () => {
  it('give the same for random queries on random archives', async (t) => {
    t.diagnostic(JSON.stringify({ seed, ...(await compareArchives(seed, seconds)) }))
  })
})
