import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { it } from 'node:test'
import { startMailServer } from '../support/mail-server.ts'
import { start, temporaryFolder, until, type Running } from '../support/processes.ts'
import { startReceiver } from '../support/receiver.ts'

const program = fileURLToPath(new URL('../support/deliver-process.ts', import.meta.url))
const killer = new URL('../support/kill-at.ts', import.meta.url).href

it('a server that is killed between sending and knowing it sends again, under the same key', async () => {
  await using folder = await temporaryFolder()
  await using mail = await startMailServer()
  await using receiver = await startReceiver()
  const deliver = (keys: string, more: Readonly<Record<string, string>> = {}): Running =>
    start(process.execPath, [program], {
      ...{ DATA_DIR: folder.path, SMTP: mail.url, HOOK: receiver.url, KEYS: keys, ...more },
    })
  const hooked = (): string[] =>
    receiver.requests.map(({ headers }) => String(headers['webhook-id']))
  const mailed = (): string[] =>
    mail.letters.map(({ parsed }) => /^<(\w+)\./.exec(parsed.messageId ?? '')?.[1] ?? '')

  // Dies at the first answer that it would write down: something is sent, and nothing of it known.
  await using killed = deliver('n1,n2,n3', {
    NODE_OPTIONS: `--import=${killer}`,
    KILL_AT: 'ccr:delivery.settling',
  })
  assert.equal(await killed.ended, 'SIGKILL')
  const before = [...hooked(), ...mailed()]
  assert.ok(before.length > 0, 'it died with something sent')
  assert.ok(!before.includes('n2'), 'one at a time, so nothing else was under way')

  // The next process is handed nothing: what was kept is there.
  await using next = deliver('')
  await until('all of it', () => mailed().includes('n3') && hooked().includes('n3'))
  for (const got of [hooked(), mailed()]) {
    assert.deepEqual([...new Set(got)], ['n1', 'n2', 'n3'], 'in order, whatever came twice')
    assert.ok(got.length <= 4)
  }
  assert.ok(hooked().length + mailed().length > 6, 'what was not known to be sent came again')
  const ids = mail.letters.map(({ parsed }) => parsed.messageId)
  assert.equal(new Set(ids).size, 3, 'a letter that comes twice has the same Message-ID')
  next.child.kill('SIGKILL')
})
