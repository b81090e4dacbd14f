import assert from 'node:assert/strict'
import type { Announcement, Broker } from '../../src/server/ports/broker.ts'
import { conformance, type Skips } from './support.ts'

export function brokerConformance(
  engine: string,
  open: () => Promise<Broker>,
  skip: Skips = {},
): void {
  conformance(`broker conformance: ${engine}`, open, skip, (rule) => {
    rule('tells every listener everything, in the order of the calls', async (broker) => {
      const stop = new AbortController()
      const heard = [hear(broker, 3, stop.signal), hear(broker, 3, stop.signal)]
      const sent: Announcement[] = [1, 2, 3].map((n) => ({
        type: 'run-end',
        channel: 'news',
        run: `run-${n}`,
      }))
      for (const announcement of sent) broker.announce(announcement)
      for (const news of await Promise.all(heard)) assert.deepEqual(news, sent)
      stop.abort()
    })

    rule('falls silent when the listener’s signal aborts', async (broker) => {
      const stop = new AbortController()
      let count = 0
      broker.listen(() => count++, stop.signal)
      stop.abort()
      const other = new AbortController()
      const after = hear(broker, 1, other.signal)
      broker.announce({ type: 'feed', channel: 'news', connected: true })
      await after
      assert.equal(count, 0)
      other.abort()
    })

    rule('never calls a listener whose signal was aborted before', async (broker) => {
      let count = 0
      broker.listen(() => count++, AbortSignal.abort())
      const stop = new AbortController()
      const after = hear(broker, 1, stop.signal)
      broker.announce({ type: 'feed', channel: 'news', connected: false })
      await after
      assert.equal(count, 0)
      stop.abort()
    })
  })
}

function hear(broker: Broker, count: number, signal: AbortSignal): Promise<Announcement[]> {
  const heard: Announcement[] = []
  return new Promise((resolve) => {
    broker.listen((announcement) => {
      heard.push(announcement)
      if (heard.length === count) resolve(heard)
    }, signal)
  })
}
