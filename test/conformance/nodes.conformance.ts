import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Announcement, Broker } from '../../src/server/ports/broker.ts'
import { until } from '../support/processes.ts'

/** For brokers that several nodes share: `open` opens another node's each time. */
export function nodesHearEachOther(engine: string, open: () => Promise<Broker>): void {
  it(`brokers of two nodes hear each other in order, and themselves at once: ${engine}`, async () => {
    await using one = await open()
    await using two = await open()
    const stop = new AbortController()
    const heard: [Announcement[], Announcement[]] = [[], []]
    one.listen((announcement) => heard[0].push(announcement), stop.signal)
    two.listen((announcement) => heard[1].push(announcement), stop.signal)
    // Whether the other listens yet is not known: what was missed is only late.
    let hello = 0
    await until('both hear each other', () => {
      for (const broker of [one, two])
        broker.announce({ type: 'run-end', channel: 'hello', run: `hello-${hello++}` })
      return heard.every((all) => new Set(all.map(parityOf)).size === 2)
    })
    const sent: Announcement[] = []
    for (let n = 0; n < 200; n++) {
      const cue = {
        ...{ channel: 'news', track: 'CC1', id: n + 1, language: 'en', run: 'r' },
        ...{ start: '2026-11-10T12:00:00.000Z', end: '2026-11-10T12:00:01.000Z', airing: null },
        mode: 'roll-up',
        ...{ text: `♪ ${n} “\n`, position: { epoch: 'epoch-of-news', seq: n + 1 } },
      } as const
      sent.push(
        { type: 'entries', channel: 'news', entries: [{ type: 'cue', late: n === 7, value: cue }] },
        { type: 'draft', channel: 'news', draft: { ...draft, id: n + 1 } },
      )
    }
    const ofNews = (all: readonly Announcement[]): Announcement[] =>
      all.filter(({ channel }) => channel === 'news')
    for (const announcement of sent) {
      one.announce(announcement)
      assert.equal(heard[0].at(-1), announcement)
    }
    await until('the other has heard all', () => ofNews(heard[1]).length >= sent.length)
    two.announce({ type: 'run-end', channel: 'news', run: 'last' })
    await until('and answers', () => ofNews(heard[0]).length > sent.length)
    assert.deepEqual(ofNews(heard[1]).slice(0, -1), sent)
    assert.deepEqual(ofNews(heard[0]).slice(0, -1), sent)
    stop.abort()
  })
}

const draft = {
  ...{ run: 'r', track: 'CC1', start: '2026-11-10T12:00:00.000Z', text: 'A' },
  mode: 'roll-up',
} as const

function parityOf(announcement: Announcement): number {
  return announcement.type === 'run-end' ? Number(announcement.run.slice(6)) % 2 : -1
}
