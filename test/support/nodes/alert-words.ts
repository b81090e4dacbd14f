import assert from 'node:assert/strict'
import type { Cue } from '../../../src/protocol/api.ts'
import type { Mention, Notification } from '../../../src/protocol/alerts.ts'
import { until } from '../processes.ts'
import type { Receiver } from '../receiver.ts'
import type { Cluster } from './cluster.ts'

/** Of those that the simulator's town speaks of; rare enough that nobody is told more than at once in an hour. */
const words = ['lanterns', 'umbrella', 'peaches', 'ferryman', 'nurses']
const toldWithinMs = 60_000

interface Asked {
  readonly token: string
  readonly alert: string
  readonly word: string
}

/** People who each wait for a word, and what they are to be told. */
export class Waiting {
  readonly #cluster: Cluster
  readonly #receiver: Receiver
  readonly #asked: readonly Asked[]
  /** Of each word: channel and number of the cues in which it was said. */
  readonly #expected = new Map<string, string[]>(words.map((word) => [word, []]))

  private constructor(cluster: Cluster, receiver: Receiver, asked: readonly Asked[]) {
    this.#cluster = cluster
    this.#receiver = receiver
    this.#asked = asked
  }

  static async begin(cluster: Cluster, receiver: Receiver): Promise<Waiting> {
    const asked: Asked[] = []
    for (const word of words) {
      const token = await cluster.addAdmin(`${word}@example.org`)
      let destination = ''
      // A node hears of a new person soon.
      await until('a node knows the person', async () => {
        const made = await post(cluster, token, '/me/destinations', {
          ...{ kind: 'webhook', name: word, url: receiver.url },
        })
        destination = (made as { destination?: { id: string } }).destination?.id ?? ''
        return destination !== ''
      })
      const wish = { query: word, destinations: [destination], foldRepeats: false }
      const { id } = (await post(cluster, token, '/alerts', wish)) as { readonly id: string }
      asked.push({ token, alert: id, word })
    }
    return new Waiting(cluster, receiver, asked)
  }

  /** What was said on a channel since. */
  expect(channel: string, cues: readonly Cue[]): void {
    for (const [word, places] of this.#expected)
      for (const { text, start } of cues)
        if (
          text
            .toLowerCase()
            .split(/[^a-z]+/)
            .includes(word)
        )
          places.push(`${channel} ${start}`)
  }

  /** Each is found once and delivered under one key. The number of all. */
  async check(): Promise<number> {
    let count = 0
    for (const { token, alert, word } of this.#asked) {
      const expected = (this.#expected.get(word) ?? []).sort()
      const [node] = this.#cluster.nodes
      const found = async (): Promise<string[]> => {
        const answer = await fetch(`${node?.url}/api/v1/alerts/${alert}/mentions?limit=100`, {
          headers: { authorization: `Bearer ${token}` },
        })
        const { items } = (await answer.json()) as { readonly items: Mention[] }
        return items.map(({ channel, start }) => `${channel} ${start}`).sort()
      }
      const isFound = async (): Promise<boolean> => (await found()).length >= expected.length
      await until('all are found', isFound, toldWithinMs).catch(() => undefined)
      assert.deepEqual(await found(), expected, `“${word}” is found wherever it was said, once`)
      const isTold = (): boolean => this.#keysOf(alert).size >= expected.length
      await until('all are told', isTold, toldWithinMs).catch(() => undefined)
      const keys = this.#keysOf(alert)
      assert.deepEqual([...keys.keys()].sort(), expected, `of “${word}” is told what was found`)
      for (const [place, all] of keys) assert.equal(all.size, 1, `${place} is told once`)
      count += expected.length
    }
    assert.ok(count > 0, 'nothing was waited for')
    return count
  }

  /** Of each mention of an alert that was posted: the keys under which it was. */
  #keysOf(alert: string): Map<string, Set<string>> {
    const keys = new Map<string, Set<string>>()
    for (const { headers, body } of this.#receiver.requests) {
      const { data } = JSON.parse(body) as { readonly data: Notification }
      if (data.alert.id !== alert) continue
      for (const { channel, start } of data.mentions) {
        const place = `${channel} ${start}`
        keys.set(place, (keys.get(place) ?? new Set()).add(String(headers['webhook-id'])))
      }
    }
    return keys
  }
}

async function post(
  { nodes }: Cluster,
  token: string,
  path: string,
  body: object,
): Promise<unknown> {
  const answer = await fetch(`${nodes[0]?.url}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return await answer.json()
}
