import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Notification } from '../../src/protocol/alerts.ts'
import { start, temporaryFolder, until, type Running } from '../support/processes.ts'
import { startReceiver } from '../support/receiver.ts'

const program = fileURLToPath(new URL('../support/alert-process.ts', import.meta.url))
const killer = new URL('../support/kill-at.ts', import.meta.url).href

/** What a mention passes on its way: at each a process dies, and the next goes on from there. */
const moments = ['recording', 'told', 'handing'] as const

it('a mention outlives a server that is killed at every moment of its way, under one key', async () => {
  await using folder = await temporaryFolder()
  await using receiver = await startReceiver()
  const begin = (moment: string | null, more: Readonly<Record<string, string>> = {}): Running =>
    start(process.execPath, [program], {
      ...{ DATA_DIR: folder.path, HOOK: receiver.url, ...more },
      ...(moment === null
        ? {}
        : { NODE_OPTIONS: `--import=${killer}`, KILL_AT: `ccr:alerts.${moment}` }),
    })
  for (const moment of moments) {
    // Said once: whoever comes after takes up what the one before has left.
    const said = moment === 'recording' ? { QUERY: 'otter', SAY: 'AN OTTER SWIMS' } : {}
    await using killed = begin(moment, said)
    assert.equal(await killed.ended, 'SIGKILL', `${moment}: ${killed.stderr()}`)
    if (moment !== 'handing') assert.equal(receiver.requests.length, 0, moment)
  }
  await using last = begin(null)
  const bodies = (): { readonly data: Notification }[] =>
    receiver.requests.map(({ body }) => JSON.parse(body) as { data: Notification })
  await until('it is delivered', () => bodies().length > 0)
  const [first] = bodies()
  assert.ok(first !== undefined)
  assert.deepEqual(
    first.data.mentions.map(({ text }) => text),
    ['AN OTTER SWIMS'],
  )
  for (const { headers } of receiver.requests)
    assert.equal(headers['webhook-id'], first.data.id, 'whatever comes twice has the same key')
  last.child.kill('SIGKILL')
})
