import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { newAlertSchema, type Notification } from '../../../src/protocol/alerts.ts'
import { MemoryLog } from '../../../src/server/engines/memory/memory-log.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { cueEvent, Feeder, runEvent } from '../../conformance/events.ts'
import { silent } from '../alert-rig.ts'
import { startPostgres } from '../database.ts'
import { start, until, type Running } from '../processes.ts'
import type { Random } from '../random.ts'
import { startReceiver, type Receiver } from '../receiver.ts'
import { serveLog } from './distant-log.ts'
import { openNode, sharedTables, type AlertNode } from './open-node.ts'

export interface LeadersRun {
  /** Kills and pauses of a leader, in all. */
  readonly faults: number
  readonly random: Random
  readonly leaseMs: number
  readonly note: (text: string) => void
}

const program = fileURLToPath(new URL('node-process.ts', import.meta.url))
/** Each has an alert: what one may be told at once in an hour is limited, and the longest run says some 3,000 words. */
const owners = 150
const channels = ['news', 'sport']
const betweenMs = 60

/**
 * Two nodes hear, tell and send, on one PostgreSQL, while words are said without end; the one that leads is killed with -9, or
 * paused and let go again, at random moments. Then every mention was told once, and delivered under one key, in order.
 */
export async function leadersRun({ faults, random, leaseMs, note }: LeadersRun): Promise<void> {
  await using ending = new AsyncDisposableStack()
  const server = ending.use(await startPostgres())
  const url = await server.newDatabase()
  const database = ending.use(new Postgres({ url }))
  await migrate(database, sharedTables)
  const log = new MemoryLog()
  const served = ending.use(await serveLog(log))
  const receiver = ending.use(await startReceiver())
  const asked = ending.use(await openNode({ url, log, channels, logger: silent, leaseMs: null }))
  const begin = (): Running =>
    start(process.execPath, [program], {
      ...{ DATABASE: url, LOG: served.url, CHANNELS: channels.join(), LEASE_MS: String(leaseMs) },
    })
  const nodes = [begin(), begin()]
  ending.defer(async () => {
    for (const node of nodes) {
      node.child.kill('SIGKILL')
      await node.ended
    }
  })
  await makeAlerts(asked, receiver)
  await until('somebody hears', async () => {
    const { rows } = await database.query('SELECT FROM alert_place')
    return rows.length > channels.length
  })

  const speech = speak(log, (channel, entries) =>
    served.announce({ type: 'entries', channel, entries }),
  )
  ending.defer(async () => {
    await speech.end()
  })
  let longestMs = 0
  const done = { kill: 0, pause: 0 }
  for (let n = 0; n < faults; n++) {
    await pass(300 + random.below(2 * leaseMs))
    const name = random.next() < 0.7 ? 'alerts' : 'delivery'
    await until(`somebody leads ${name}`, () => leaderOf(nodes, name) !== undefined)
    const before = leaderOf(nodes, name)
    const node = before === undefined ? undefined : nodes[before.node]
    if (before === undefined || node === undefined) throw new Error('nobody leads')
    const sinceMs = performance.now()
    const isKill = random.next() < 0.5
    node.child.kill(isKill ? 'SIGKILL' : 'SIGSTOP')
    done[isKill ? 'kill' : 'pause']++
    if (!isKill && random.next() < 0.3) {
      // Too short to be noticed, or just long enough.
      await pass(random.below(1.2 * leaseMs))
      node.child.kill('SIGCONT')
      continue
    }
    await until(
      `another leads ${name}: ${nodes.map((one) => one.stderr()).join(' | ')}`,
      () => (leaderOf(nodes, name)?.term ?? 0) > before.term,
    )
    longestMs = Math.max(longestMs, performance.now() - sinceMs)
    if (isKill) {
      const next = begin()
      nodes[before.node] = next
      await until('it is there again', () => next.stdout().includes('ready'), 60_000)
    } else {
      await pass(random.below(500))
      node.child.kill('SIGCONT')
    }
  }
  const said = await speech.end()
  const endedMs = performance.now()
  const expected = new Set(Array.from({ length: said }, (_, n) => n + 1))
  await until(
    `all of ${said} are delivered`,
    () => new Set(received(receiver).flatMap(({ numbers }) => numbers)).size === expected.size,
    60_000,
  ).catch(() => undefined)
  const laterMs = performance.now() - endedMs
  assertTold(receiver, expected)
  const { rows } = await database.query(
    'SELECT count(*) AS n, count(*) FILTER (WHERE state = 1) AS told FROM mention',
  )
  assert.deepEqual(rows, [{ n: said, told: said }], 'every mention is recorded, and told, once')
  const terms = await database.query('SELECT name, term FROM leader ORDER BY name')
  const [first] = terms.rows as { readonly term: number }[]
  assert.ok(done.kill === 0 || (first?.term ?? 0) > 1, 'somebody took over')
  assert.ok(longestMs < leaseMs + 10_000, `it took ${longestMs} ms until another led`)
  note(
    `${said} words, ${done.kill} kills, ${done.pause} pauses, taken over within ${Math.round(longestMs)} ms, all told ${Math.round(laterMs)} ms after the last, ${receiver.requests.length} posts; ${JSON.stringify(terms.rows)}`,
  )
}

async function makeAlerts({ alerts, delivery }: AlertNode, receiver: Receiver): Promise<void> {
  for (let n = 0; n < owners; n++) {
    const person = { id: `owner${n}`, email: `owner${n}@reader.example` }
    const hook = { kind: 'webhook', name: 'Hook', url: receiver.url } as const
    const { destination } = await delivery.destinations.create(person, hook)
    const fields = { query: `word${n}`, destinations: [destination.id], foldRepeats: false }
    await alerts.service.create(person.id, newAlertSchema.parse(fields))
  }
}

interface Speech {
  /** How many words were said. */
  end(): Promise<number>
}

/** Says the owners' words, each with a number, on both channels, until it is ended. */
function speak(
  log: MemoryLog,
  announce: (channel: string, entries: Awaited<ReturnType<Feeder['store']>>) => void,
): Speech {
  let isOver = false
  const talking = (async () => {
    const feeders = await Promise.all(channels.map((channel) => Feeder.connect(log, channel)))
    for (const feeder of feeders)
      await feeder.store(runEvent(1, { startedAt: new Date().toISOString() }))
    let said = 0
    while (!isOver) {
      const feeder = feeders[said % feeders.length]
      const id = Math.floor(said / feeders.length) + 1
      said++
      const at = new Date().toISOString()
      const text = `HERE IS WORD${said % owners} AS NUMBER ${said}`
      const entries = await feeder?.store(cueEvent(id + 1, id, 0, { start: at, end: at, text }))
      announce(feeder?.channel ?? '', entries ?? [])
      await pass(betweenMs)
    }
    return said
  })()
  return {
    end: () => {
      isOver = true
      return talking
    },
  }
}

function leaderOf(
  nodes: readonly Running[],
  name: string,
): { readonly node: number; readonly term: number } | undefined {
  return nodes
    .flatMap((running, node) =>
      [...running.stdout().matchAll(new RegExp(`^leads ${name} ([0-9]+)$`, 'gm'))].map((line) => ({
        node,
        term: Number(line[1]),
      })),
    )
    .sort((a, b) => a.term - b.term)
    .at(-1)
}

interface Post {
  readonly key: string
  readonly owner: string
  readonly numbers: readonly number[]
}

function received({ requests }: Receiver): Post[] {
  return requests.map(({ headers, body }) => {
    const { data } = JSON.parse(body) as { readonly data: Notification }
    const numbers = data.mentions.map(({ text }) => Number(/[0-9]+$/.exec(text)?.[0]))
    return { key: String(headers['webhook-id']), owner: data.alert.query, numbers }
  })
}

/** Each number under one key, and of each owner in order, whatever came twice. */
function assertTold(receiver: Receiver, expected: ReadonlySet<number>): void {
  const keys = new Map<number, Set<string>>()
  const firsts = new Map<string, number[]>()
  for (const { key, owner, numbers } of received(receiver))
    for (const number of numbers) {
      if (!keys.has(number)) firsts.set(owner, [...(firsts.get(owner) ?? []), number])
      keys.set(number, (keys.get(number) ?? new Set()).add(key))
    }
  const missing = [...expected].filter((number) => !keys.has(number))
  assert.deepEqual(missing, [], 'nothing is missing')
  const twice = [...keys].filter(([, all]) => all.size > 1)
  assert.deepEqual(twice, [], 'nothing is told twice')
  for (const [owner, numbers] of firsts)
    assert.deepEqual(
      numbers,
      numbers.toSorted((a, b) => a - b),
      `${owner}: in order`,
    )
}

async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
