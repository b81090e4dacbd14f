import { allParts } from '../../src/server/engines/postgres/all-parts.ts'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { migrate } from '../../src/server/engines/postgres/migrations.ts'
import { openPostgresDirectory } from '../../src/server/engines/postgres-directory.ts'
import type { Scope } from '../../src/server/ports/directory.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from './database.ts'
import { plainChannel, startServer, temporaryFolder, until, type Server } from './processes.ts'
import { startRedis, withoutRedis, type TestRedis } from './redis.ts'

export const withoutCluster = withoutPostgres === false ? withoutRedis : withoutPostgres

export interface ClusterOptions {
  /** Of the first nodes; each has all roles unless it says otherwise. */
  readonly nodes?: readonly Readonly<Record<string, string>>[]
  readonly env?: Readonly<Record<string, string>>
  /** In the place of those that are started. */
  readonly postgresUrl?: (url: string) => string
  readonly redisUrl?: (url: string) => string
}

/** Real nodes on a real PostgreSQL and a real Redis, all of this machine. */
export interface Cluster extends AsyncDisposable {
  readonly postgres: TestPostgres
  readonly redis: TestRedis
  readonly databaseUrl: string
  readonly nodes: Server[]
  /** One more, which has these settings besides. */
  readonly addNode: (env?: Readonly<Record<string, string>>) => Promise<Server>
  /** A channel, and a token of that scope. */
  readonly addChannel: (id: string, scope?: Scope) => Promise<string>
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await using opening = new AsyncDisposableStack()
  const postgres = opening.use(await startPostgres())
  const redis = opening.use(await startRedis())
  const databaseUrl = await postgres.newDatabase()
  const database = opening.use(new Postgres({ url: databaseUrl, mostConnections: 2 }))
  await migrate(database, allParts)
  const directory = opening.use(await openPostgresDirectory({ database }))
  const shared = {
    CCR_DATABASE_URL: options.postgresUrl?.(databaseUrl) ?? databaseUrl,
    CCR_REDIS_URL: options.redisUrl?.(redis.url) ?? redis.url,
    ...{ CCR_ARCHIVE_INTERVAL: '1', ...options.env },
  }
  const nodes: Server[] = []
  const later = opening.use(new AsyncDisposableStack())
  const addNode = async (env: Readonly<Record<string, string>> = {}): Promise<Server> => {
    const folder = later.use(await temporaryFolder())
    const node = later.use(await startServer(folder.path, { env: { ...shared, ...env } }))
    nodes.push(node)
    return node
  }
  for (const env of options.nodes ?? []) await addNode(env)
  const owned = opening.move()
  return {
    ...{ postgres, redis, databaseUrl, nodes, addNode },
    async addChannel(id, scope = { feed: id }) {
      const { token } = await directory.createToken(scope, 'test', null)
      await directory.createChannel(plainChannel(id))
      for (const { url } of nodes)
        await until('a node knows the channel', async () => {
          const answer = await fetch(`${url}/api/v1/channels/${id}`)
          // Another role than `api` knows it about as soon.
          return answer.ok || answer.status === 503
        })
      return token
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
