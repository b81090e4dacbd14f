import { after, before, describe } from 'node:test'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import {
  objectsPart,
  PostgresObjects,
} from '../../../src/server/engines/postgres/postgres-objects.ts'
import { objectsConformance } from '../../conformance/objects.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'

describe('objects in PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  before(async () => void (server = await startPostgres()))
  after(() => server[Symbol.asyncDispose]())

  objectsConformance('postgres', async () => {
    const url = await server.newDatabase()
    const nodes = [new Postgres({ url }), new Postgres({ url })] as const
    await migrate(nodes[0], [objectsPart])
    return {
      ...{ one: new PostgresObjects(nodes[0], 4), two: new PostgresObjects(nodes[1], 4) },
      [Symbol.asyncDispose]: async () => {
        for (const node of nodes) await node[Symbol.asyncDispose]()
      },
    }
  })
})
