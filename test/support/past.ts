import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'

/** What a recording of the past said, told to a server in one request. */

export interface Saying {
  /** Milliseconds of the wall clock. */
  readonly at: number
  readonly text: string
  readonly track?: string
}

export interface PastOptions {
  readonly url: string
  readonly channel: string
  readonly token: string
  /** Of its airing; null = none is known. */
  readonly programme?: string | null
}

/** One run from the first saying to a minute after the last. */
export async function feedPast(options: PastOptions, said: readonly Saying[]): Promise<void> {
  const { url, channel, token, programme = null } = options
  const run = randomUUID()
  const iso = (ms: number): string => new Date(ms).toISOString()
  const first = said[0]?.at ?? 0
  const last = said.at(-1)?.at ?? 0
  const ids = new Map<string, number>()
  const tracks = [...new Set(said.map(({ track = 'CC1' }) => track))].map((track) => ({
    ...{ track, language: track === 'CC1' ? 'en' : 'es' },
  }))
  const events: object[] = [
    {
      ...{ type: 'run', run, startedAt: iso(first - 1000), live: false, source: 'test' },
      ...{ extractor: 'test', decoder: 'test', tracks },
    },
  ]
  if (programme !== null)
    events.push({
      ...{ type: 'airing', run, id: randomUUID(), title: programme, source: 'xds' },
      ...{ start: iso(first - 1000), end: iso(last + 60_000) },
      ...{ description: null, category: null, rating: null },
    })
  for (const { at, text, track = 'CC1' } of said) {
    const id = (ids.get(track) ?? 0) + 1
    ids.set(track, id)
    events.push({
      ...{ type: 'cue', run, track, id, start: iso(at), end: iso(at + 1500) },
      ...{ mode: 'roll-up', text },
    })
  }
  events.push({ type: 'end', run })
  const body = events.map((event, n) => `${JSON.stringify({ seq: n + 1, ...event })}\n`).join('')
  const answer = await fetch(`${url}/api/v1/channels/${channel}/feed`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
    body,
  })
  const text = await answer.text()
  assert.equal(answer.status, 200, text)
  const lastLine = text.trimEnd().split('\n').at(-1) ?? ''
  assert.equal((JSON.parse(lastLine) as { stored?: number }).stored, events.length, text)
}
