import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before, beforeEach, it } from 'node:test'
import type { Alert, NewAlert } from '../../src/protocol/alerts.ts'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryDirectory } from '../../src/server/engines/memory/memory-directory.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { openAlerts, type Alerts } from '../../src/server/open-alerts.ts'
import type { Log } from '../../src/server/ports/log.ts'
import { channelRecord } from '../conformance/directory.conformance.ts'
import { cueEvent, Feeder, noonMs, runEvent } from '../conformance/events.ts'
import { createFolder, eventually } from '../engines/temporary.ts'
import { Inbox, silent } from '../support/alert-rig.ts'

/** Where the alerts go on after a stop: the log lives on while they are away. */

const keepEntries = 10
let folder: Awaited<ReturnType<typeof createFolder>>
let log: MemoryLog
let directory: MemoryDirectory
let nowMs = noonMs
let count = 0
let dataDir = ''
const feeders = new Map<string, { readonly feeder: Feeder; seq: number }>()

before(async () => {
  folder = await createFolder()
})
after(async () => {
  await folder[Symbol.asyncDispose]()
})
beforeEach(async () => {
  dataDir = `${folder.path}/${++count}`
  mkdirSync(dataDir)
  log = new MemoryLog({ keepEntries })
  directory = new MemoryDirectory()
  await directory.createChannel(channelRecord('one'))
  feeders.clear()
})

/** What is usual is of no concern here. */
const none = (): Promise<null> => Promise.resolve(null)

function open(queue = new Inbox(), asked: Pick<Log, 'read' | 'tip'> = log): Alerts {
  return openAlerts({
    ...{ searches: { counts: none, monitored: none } },
    ...{ dataDir, log: asked, archive: new MemoryArchive(log), directory, logger: silent },
    ...{ airing: () => null, readerOf: () => ({ kind: 'user', channels: [] }), queue },
    ...{ destinationsOf: () => Promise.resolve([]), now: () => nowMs },
  })
}

/** `alerts`: those that hear it announced. */
async function say(channel: string, text: string, alerts?: Alerts): Promise<void> {
  let known = feeders.get(channel)
  if (known === undefined) {
    known = { feeder: await Feeder.connect(log, channel), seq: 1 }
    feeders.set(channel, known)
    await known.feeder.store(runEvent(1))
  }
  nowMs += 2000
  const seconds = (nowMs - noonMs) / 1000 - 1
  const entries = await known.feeder.store(cueEvent(++known.seq, known.seq - 1, seconds, { text }))
  alerts?.service.take({ type: 'entries', channel, entries })
}

async function found({ service }: Alerts, { id }: Alert): Promise<string[]> {
  const { items } = await service.mentions(service.get(id, 'ann'), null, 100)
  return items.map(({ channel, text }) => `${channel}: ${text}`)
}

const make = (alerts: Alerts, fields: Partial<NewAlert>): Promise<Alert> =>
  alerts.service.create('ann', newAlertSchema.parse({ foldRepeats: false, ...fields }))

it('loses nothing at a stop, tells nothing twice, and goes on across it', async () => {
  let alert: Alert
  {
    const broken = new Inbox()
    broken.isBroken = true
    await using alerts = open(broken)
    alert = await make(alerts, { query: '"loud thunder"' })
    await say('one', 'THE LOUD THUNDER WAS HEARD BY ALL OF US TONIGHT', alerts)
    await eventually('it is to be told', () => broken.refused.length > 0)
    await say('one', 'AND THEN A VERY LOUD', alerts)
    // Stored, and not announced: what a crash right after the commit leaves.
    await say('one', 'THUNDER FROM THE OTHER SIDE OF THE TOWN')
  }
  for (const count of [2, 0]) {
    const inbox = new Inbox()
    const told = (): string[] => inbox.got.flatMap(({ mentions }) => mentions.map(({ id }) => id))
    {
      await using alerts = open(inbox)
      await alerts.start()
      await eventually('both are found', async () => (await found(alerts, alert)).length === 2)
      await eventually('each is told', () => new Set(told()).size === count)
    }
    assert.equal(told().length, count)
  }
})

it('counts what the log gave up meanwhile, and finds all that it kept', async () => {
  let alert: Alert
  await say('one', 'BEFORE')
  {
    await using alerts = open()
    alert = await make(alerts, { query: 'otter' })
    assert.deepEqual(await found(alerts, alert), [], 'what was said before is for searches')
  }
  for (let n = 0; n < 14; n++) await say('one', `OTTER ${n}`)
  await using alerts = open()
  await alerts.start()
  await eventually('what is kept is found', async () => (await found(alerts, alert)).length === 10)
  assert.equal(alerts.missed(), 4)
})

it('hears a channel that came while it was away from its beginning', async () => {
  let alert: Alert
  {
    await using alerts = open()
    alert = await make(alerts, { query: 'otter' })
  }
  await directory.createChannel(channelRecord('two'))
  await say('two', 'AN OTTER')
  await using alerts = open()
  await alerts.start()
  await eventually('it is found', async () => (await found(alerts, alert)).length === 1)
  assert.equal(alerts.missed(), 0)
})

it('tells nothing of before an alert was resumed, or asked for something else', async () => {
  let paused: Alert
  let changed: Alert
  {
    await using alerts = open()
    paused = await make(alerts, { query: 'otter', paused: true })
    changed = await make(alerts, { query: 'heron' })
    await say('one', 'AN OTTER')
    nowMs += 1000
    paused = await alerts.service.change(paused, { paused: false })
    changed = await alerts.service.change(changed, { query: 'otter' })
    await say('one', 'ANOTHER OTTER')
  }
  await using alerts = open()
  await alerts.start()
  for (const alert of [paused, changed]) {
    await eventually('it is found', async () => (await found(alerts, alert)).length > 0)
    assert.deepEqual(await found(alerts, alert), ['one: ANOTHER OTTER'])
  }
})

it('says that nothing is heard, and why, until something is again', async () => {
  let isBroken = false
  await using alerts = open(new Inbox(), {
    tip: (channel) => log.tip(channel),
    read: (channel, since, limit) =>
      isBroken ? Promise.reject(new Error('the log is away')) : log.read(channel, since, limit),
  })
  const alert = await make(alerts, { query: 'otter' })
  const problem = (): string => {
    nowMs += 1000
    alerts.service.tick()
    return alerts.health().problems.join()
  }
  assert.equal(problem(), '')
  isBroken = true
  // Of two that follow on each other the first was not announced: the log is asked.
  await say('one', 'AN OTTER')
  await say('one', 'ANOTHER OTTER', alerts)
  await eventually('it is told', () =>
    /^alerts stand still since \d+ s: the log is away$/.test(problem()),
  )
  assert.deepEqual(await found(alerts, alert), [])
  isBroken = false
  await eventually('it goes on', () => problem() === '')
  await eventually('both are found', async () => (await found(alerts, alert)).length === 2)
})
