import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LiveEvent } from '../../src/protocol/live/live.ts'
import { Tuner } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

let folder: Folder
let server: Server
let count = 0

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path, { env: { CCR_SOCKETS_PER_ADDRESS: '60' } })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function openChannel(): Promise<{ id: string; tuner: Tuner }> {
  const id = `events${++count}`
  const tuner = new Tuner(server, id, await addChannel(folder.path, id))
  await tuner.open()
  return { id, tuner }
}

describe('server-sent events', () => {
  it('tell the same, and go on after the last one seen', async () => {
    const { id, tuner } = await openChannel()
    await tuner.cue('LINE 1')
    const first = await events(id, {}, 1)
    assert.ok(first[0]?.event.type === 'snapshot')
    await tuner.cue('LINE 2')
    await tuner.cue('LINE 3')
    const rest = await events(id, { 'last-event-id': first[0].id }, 2)
    assert.deepEqual(
      rest.map(({ event }) => (event.type === 'cue' ? event.text : event.type)),
      ['LINE 2', 'LINE 3'],
    )
    await tuner.close()
  })

  it('are limited per address, with WebSockets', async () => {
    const { id, tuner } = await openChannel()
    const stop = new AbortController()
    const statuses = await Promise.all(
      Array.from({ length: 70 }, async () => {
        const answer = await fetch(`${server.url}/api/v1/channels/${id}/live`, {
          signal: stop.signal,
        })
        return [answer.status, answer.headers.get('retry-after')] as const
      }),
    )
    stop.abort()
    const refused = statuses.filter(([status]) => status === 429)
    assert.ok(refused.length >= 10 && refused.length < 40, String(refused.length))
    assert.ok(refused.every(([, after]) => after !== null))
    await tuner.close()
  })
})

async function events(
  id: string,
  headers: Record<string, string>,
  wanted: number,
): Promise<{ id: string; event: LiveEvent }[]> {
  const stop = new AbortController()
  const answer = await fetch(`${server.url}/api/v1/channels/${id}/live`, {
    headers,
    signal: stop.signal,
  })
  const found: { id: string; event: LiveEvent }[] = []
  let text = ''
  for await (const part of answer.body ?? []) {
    text += new TextDecoder().decode(part)
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (data === undefined) continue
      found.push({ id: /^id: (.*)$/m.exec(block)?.[1] ?? '', event: JSON.parse(data) as LiveEvent })
    }
    if (found.length >= wanted) break
  }
  stop.abort()
  return found
}
