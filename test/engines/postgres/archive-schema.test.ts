import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { archivePart } from '../../../src/server/engines/postgres/archive/archive-schema.ts'
import { Partitions } from '../../../src/server/engines/postgres/archive/partitions.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'

describe('the archive’s tables in PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  it('have a partition for every month that cues start in, whoever makes it', async () => {
    const url = await server.newDatabase()
    await using one = new Postgres({ url })
    await using two = new Postgres({ url })
    await migrate(one, [archivePart])
    const starts = ['2026-10-31T23:59:59.999Z', '2026-11-01T00:00:00.000Z'].map(Date.parse)
    const strange = [Date.UTC(1999, 11, 31), -1, Date.parse('9999-12-31T23:59:59.999Z')]
    await Promise.all(
      [one, two].map((node) => new Partitions(node).make([...starts, ...strange, ...starts])),
    )
    for (const startMs of [...starts, ...strange])
      await two.query(
        `INSERT INTO cue VALUES (1, 1, 'CC1', 1, $1, $1, 'A', 'roll-up', NULL, NULL, 1)`,
        [startMs],
      )
    const found = await one.query(
      'SELECT tableoid::regclass::text AS place, count(*) FROM cue GROUP BY 1 ORDER BY 1',
    )
    assert.deepEqual(found.rows, [
      { place: 'cue_2026_10', count: 1 },
      { place: 'cue_2026_11', count: 1 },
      { place: 'cue_after', count: 1 },
      { place: 'cue_before', count: 2 },
    ])
  })
})
