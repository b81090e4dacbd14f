import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Notification } from '../../src/protocol/alerts.ts'
import { noonMs } from '../conformance/events.ts'
import { createFolder } from '../engines/temporary.ts'
import { AlertRig } from '../support/alert-rig.ts'

const hourMs = 3_600_000
const weekMs = 7 * 24 * hourMs
/** After so long every thread that searches has read the log again: what one knows already another may not. */
const heardMs = 300
const rule = {
  rate: { kind: 'never' },
  foldRepeats: false,
  volume: { sigma: 3, least: 5 },
} as const

let folder: Awaited<ReturnType<typeof createFolder>>
let rig: AlertRig

/** Six weeks of a word said six times in each of two hours, and of another said twelve times; a channel that came last week. */
before(async () => {
  folder = await createFolder()
  rig = await AlertRig.open(folder.path)
  await rig.addChannel('one')
  await rig.addChannel('young')
  for (let week = 0; week < 6; week++) {
    for (let n = 0; n < 12; n++) {
      rig.nowMs = noonMs + week * weekMs + (n * 10 - 55) * 60_000
      if (week === 5) await rig.say('young', 'FOG')
      await rig.say('one', 'A STORM AND RAIN')
      await rig.say('one', 'RAIN')
    }
  }
  rig.nowMs = noonMs + 6 * weekMs + 30 * 60_000
})

after(async () => {
  await rig[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

function told(id: string): Notification[] {
  return rig.inbox.got.filter(({ alert }) => alert.id === id)
}

async function say(text: string, times: number, channel = 'one'): Promise<void> {
  for (let n = 0; n < times; n++) await rig.say(channel, text)
}

/** Lets a minute pass and everything be looked at, which the news on a word that is never usual tells. */
async function pass(ms: number): Promise<void> {
  rig.nowMs += ms
  const q = `beacon${rig.nowMs}`
  const id = await rig.make({ ...rule, query: q })
  await say(q, 5)
  await rig.until('it was heard', async () => (await rig.mentions(id)).length === 5)
  await rig.until('a search finds it', async () => {
    const reader = { kind: 'user', channels: [] } as const
    const question = { reader, q, channels: [], tracks: [], from: null, to: null }
    return (await rig.searches.counts(question, [rig.nowMs - hourMs, rig.nowMs]))?.[0] === 5
  })
  await sleep(heardMs)
  rig.nowMs += 60_000
  await rig.until('all were looked at', () => told(id).length === 1)
}

it('tells once a rise what is said more than at this hour of past weeks, and shows it', async () => {
  const storm = await rig.make({ ...rule, query: 'storm', channels: ['one'] })
  const rain = await rig.make({ ...rule, query: 'rain' })
  await say('A STORM WITH RAIN IS COMING', 20)
  await pass(0)
  const [news] = told(storm)
  assert.ok(news !== undefined)
  assert.deepEqual([news.kind, news.because, news.mentions.length], ['volume', 'rate', 3])
  const { mentions, usual = 0, sigma = 0, weeks, link } = news.volume ?? {}
  assert.deepEqual({ mentions, weeks }, { mentions: 20, weeks: 6 })
  // Of the last hour some two minutes were not monitored yet.
  assert.ok(usual > 5.5 && usual <= 6, String(usual))
  assert.ok(sigma > 5 && sigma < 6.5, String(sigma))
  const asked = new URL(link ?? '', 'http://localhost')
  assert.deepEqual([asked.pathname, asked.searchParams.get('q')], ['/search', 'storm channel:one'])
  const from = asked.searchParams.get('from') ?? ''
  const to = asked.searchParams.get('to') ?? ''
  assert.equal(Date.parse(to) - Date.parse(from), hourMs)
  assert.deepEqual(told(rain), [], 'twelve are usual, twenty are no news')

  await say('A STORM', 12)
  await pass(0)
  assert.equal(told(storm).length, 1, 'it is the same rise')
  await pass(2 * hourMs)
  await say('ANOTHER STORM', 20)
  await pass(0)
  assert.equal(told(storm).length, 2, 'it was over')
})

it('says nothing of what nobody can compare, of fewer than asked for, and while it is muted', async () => {
  const young = await rig.make({ ...rule, query: 'fog', channels: ['young'] })
  const few = await rig.make({ ...rule, query: 'fog', volume: { sigma: 3, least: 100 } })
  const muted = await rig.make({
    ...{ ...rule, query: 'fog' },
    mutedUntil: new Date(rig.nowMs + hourMs).toISOString(),
  })
  await say('FOG', 20, 'young')
  await pass(0)
  for (const id of [young, few, muted]) assert.deepEqual(told(id), [])
})

it('holds the news until quiet hours end', async () => {
  const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16)
  const quietHours = {
    ...{ from: clock(rig.nowMs - hourMs), to: clock(rig.nowMs + hourMs), timeZone: 'UTC' },
  }
  const id = await rig.make({ ...rule, query: 'hail', quietHours })
  await say('HAIL', 20)
  await pass(0)
  assert.deepEqual(told(id), [])
  await pass(2 * hourMs)
  await rig.until('it is told', () => told(id).length === 1)
  const [news] = told(id)
  assert.deepEqual([news?.because, news?.volume?.mentions], ['quiet-hours', 20])
})
