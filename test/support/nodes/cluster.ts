import { allParts } from '../../../src/server/engines/postgres/all-parts.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { openPostgresAccounts } from '../../../src/server/engines/postgres/postgres-accounts.ts'
import { openPostgresDirectory } from '../../../src/server/engines/postgres/postgres-directory.ts'
import type { Scope } from '../../../src/server/ports/directory.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../database.ts'
import { plainChannel, startServer, temporaryFolder, until, type Server } from '../processes.ts'
import { thisMachine, type Host } from './hosts.ts'
import { startRedis, withoutRedis, type TestRedis } from '../redis.ts'
import { startS3Process, type S3Process } from '../s3.ts'

export const withoutCluster = withoutPostgres === false ? withoutRedis : withoutPostgres

export interface ClusterOptions {
  /** Of the first nodes; each has all roles unless it says otherwise. */
  readonly nodes?: readonly Readonly<Record<string, string>>[]
  readonly env?: Readonly<Record<string, string>>
  /** Whether original bytes are kept in S3; default in PostgreSQL. */
  readonly withS3?: boolean
  /** Where each of them runs, and the n-th node; default on this machine. */
  readonly hosts?:
    | {
        readonly postgres: Host
        readonly redis: Host
        readonly s3: Host
        readonly node: (n: number) => Host
      }
    | undefined
  /** In the place of those that are started. */
  readonly postgresUrl?: (url: string) => string
  readonly redisUrl?: (url: string) => string
}

/** Real nodes on a real PostgreSQL and a real Redis, all of this machine. */
export interface Cluster extends AsyncDisposable {
  readonly postgres: TestPostgres
  readonly redis: TestRedis
  readonly s3: S3Process | null
  readonly databaseUrl: string
  readonly nodes: Server[]
  /** One more, which has these settings besides. */
  readonly addNode: (env?: Readonly<Record<string, string>>) => Promise<Server>
  /** An administrator's token. */
  readonly addAdmin: (email: string) => Promise<string>
  /** A channel, and a token of that scope. */
  readonly addChannel: (id: string, scope?: Scope) => Promise<string>
}

export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  await using opening = new AsyncDisposableStack()
  const { hosts, withS3 = false } = options
  const postgres = opening.use(await startPostgres({}, hosts?.postgres))
  const redis = opening.use(await startRedis({ host: hosts?.redis ?? thisMachine }))
  const s3 = withS3 ? opening.use(await startS3Process(hosts?.s3)) : null
  const databaseUrl = await postgres.newDatabase()
  const database = opening.use(new Postgres({ url: databaseUrl, mostConnections: 2 }))
  await migrate(database, allParts)
  const directory = opening.use(await openPostgresDirectory({ database }))
  const accounts = opening.use(await openPostgresAccounts({ database }))
  const shared = {
    CCR_DATABASE_URL: options.postgresUrl?.(databaseUrl) ?? databaseUrl,
    CCR_REDIS_URL: options.redisUrl?.(redis.url) ?? redis.url,
    ...{ CCR_ARCHIVE_INTERVAL: '1', ...s3?.env, ...options.env },
  }
  const nodes: Server[] = []
  let made = 0
  const later = opening.use(new AsyncDisposableStack())
  const addNode = async (env: Readonly<Record<string, string>> = {}): Promise<Server> => {
    const folder = later.use(await temporaryFolder())
    const host = hosts?.node(made++) ?? thisMachine
    const node = later.use(await startServer(folder.path, { host, env: { ...shared, ...env } }))
    nodes.push(node)
    return node
  }
  for (const env of options.nodes ?? []) await addNode(env)
  const owned = opening.move()
  return {
    ...{ postgres, redis, s3, databaseUrl, nodes, addNode },
    async addAdmin(email) {
      const user = await accounts.createUser({ email, name: null, role: 'admin', channels: [] })
      if (typeof user === 'string') throw new Error(`${email} is there already`)
      return (await directory.createToken('own', 'test', null, user.id)).token
    },
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
