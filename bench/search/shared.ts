import { moveStorage } from '../../src/server/engines/move/move-storage.ts'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { PostgresSearch } from '../../src/server/engines/postgres/postgres-search.ts'
import { startPostgres, withoutPostgres } from '../../test/support/database.ts'
import { geometricMean, pageSize, type Figure } from './figures.ts'
import type { MadeFolder } from './made-folder.ts'
import { Ours, scopeOf, timelineRequest } from './ours.ts'
import type { Question } from './queries.ts'

/** The engine of several nodes beside the embedded one, on the same captions. */
export interface SharedResult {
  /** By question: first page, count and chart of a year, ms; embedded / on PostgreSQL. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, string | number>>>>
  /** Geometric means of what PostgreSQL takes / what the embedded engine takes. */
  readonly vsEmbedded: Readonly<Record<'firstPage' | 'count' | 'coldTimeline', number>>
  /** Of captions, search and all indexes of them. */
  readonly bytesPerHour: number
  readonly embeddedBytesPerHour: number
  readonly movedInSeconds: number
}

type Asked = Pick<Figure, 'firstPageMs' | 'countMs' | 'coldTimelineMs' | 'minutes'>

const runs = 5
const settings = {
  ...{ shared_buffers: '2GB', work_mem: '64MB', max_wal_size: '8GB', jit: 'off' },
  max_parallel_workers_per_gather: '0',
}

/** Moves the folder into a PostgreSQL as an operator would, and asks both. A sentence when there is no PostgreSQL. */
export async function measureShared(
  made: MadeFolder,
  asked: readonly Question[],
): Promise<SharedResult | string> {
  if (withoutPostgres !== false) return withoutPostgres
  await using server = await startPostgres(settings)
  const databaseUrl = await server.newDatabase()
  const began = Date.now()
  const { channels } = await moveStorage({
    ...{ dataDir: made.dataDir, databaseUrl, s3: null, verify: false },
    onProgress: () => undefined,
  })
  const movedInSeconds = (Date.now() - began) / 1000
  for (const { channel, different } of channels)
    if (different.length > 0) throw new Error(`${channel}: ${different.join(', ')} differ`)
  await using database = new Postgres({ url: databaseUrl })
  await database.query('VACUUM ANALYZE')
  await using search = new PostgresSearch(database)
  const embedded = new Ours(made.dataDir)
  const pairs: [Question, Asked, Asked][] = []
  try {
    for (const question of asked) {
      const own = embedded.measure(question)
      const other = await measure(search, question)
      if (own.minutes !== other.minutes)
        throw new Error(`${question.name}: ${own.minutes} minutes, ${other.minutes} on PostgreSQL`)
      pairs.push([question, own, other])
    }
  } finally {
    embedded.close()
  }
  const mean = (key: 'firstPageMs' | 'countMs' | 'coldTimelineMs'): number =>
    geometricMean(pairs.map(([, own, other]) => other[key] / own[key]))
  return {
    rows: Object.fromEntries(pairs.map(([{ name }, own, other]) => [name, rowOf(own, other)])),
    vsEmbedded: {
      ...{ firstPage: mean('firstPageMs'), count: mean('countMs') },
      coldTimeline: mean('coldTimelineMs'),
    },
    bytesPerHour: (await bytesOf(database)) / made.hours,
    embeddedBytesPerHour: (made.archiveBytes + made.indexBytes) / made.hours,
    movedInSeconds,
  }
}

async function measure(search: PostgresSearch, question: Question): Promise<Asked> {
  const days = timelineRequest(question, false)
  const all = { ...days, edges: [days.edges[0] ?? 0, days.edges.at(-1) ?? 0] }
  const page = { ...scopeOf(question), order: 'newest', cursor: null, limit: pageSize } as const
  const { cells } = await search.timeline(days)
  return {
    firstPageMs: await middleMs(() => search.page(page)),
    countMs: await middleMs(() => search.timeline(all)),
    // It keeps no answers: the second time is as cold as the first.
    coldTimelineMs: await middleMs(() => search.timeline(days)),
    minutes: cells.reduce((sum, cell) => sum + cell.minutes, 0),
  }
}

/** As whoever waits for it sees it, once what it reads is in memory; the middle of several runs. */
async function middleMs(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  await work()
  for (let n = 0; n < runs; n++) {
    const began = performance.now()
    await work()
    taken.push(performance.now() - began)
  }
  taken.sort((a, b) => a - b)
  return taken[Math.floor(runs / 2)] ?? 0
}

function rowOf(own: Asked, other: Asked): Record<string, string | number> {
  const pair = (key: keyof Asked): string => `${own[key].toFixed(2)} / ${other[key].toFixed(2)}`
  return {
    'the 20 newest': pair('firstPageMs'),
    'all counted': pair('countMs'),
    'a year by day': pair('coldTimelineMs'),
    'minutes found': own.minutes,
  }
}

async function bytesOf(database: Postgres): Promise<number> {
  const { rows } = await database.query<{ readonly bytes: number }>(
    `SELECT sum(pg_total_relation_size(c.oid))::bigint AS bytes FROM pg_class c
     WHERE c.relkind = 'r' AND c.relname ~ '^(cue|search_passage)'`,
  )
  return rows[0]?.bytes ?? 0
}
