import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { ParsedMail } from 'mailparser'
import { newAlertSchema, type Alert } from '../../src/protocol/alerts.ts'
import { mostAtOnce } from '../../src/server/core/alerts/alert-teller.ts'
import { SqliteAlerts } from '../../src/server/engines/sqlite/sqlite-alerts.ts'
import { createFolder } from '../engines/temporary.ts'
import { AlertRig, silent } from '../support/alert-rig.ts'
import { Tuner } from '../support/live.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import {
  addAdmin,
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

describe('alerts, against those who mean harm', () => {
  let folder: Folder
  let mail: MailServer
  let server: Server
  let token: string
  let tuner: Tuner

  before(async () => {
    folder = await temporaryFolder()
    mail = await startMailServer()
    const data = path.join(folder.path, 'data')
    const feed = await addChannel(data, 'news')
    token = await addAdmin(data)
    server = await startServer(data, {
      env: { CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr@captions.example' },
    })
    tuner = new Tuner(server, 'news', feed)
    await tuner.open()
  })
  after(async () => {
    await tuner.close()
    await server[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const ask = (method: string, address: string, body?: object): Promise<Response> =>
    fetch(`${server.url}/api/v1${address}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  async function make(fields: object): Promise<Alert> {
    const answer = await ask('POST', '/alerts', fields)
    assert.equal(answer.status, 201, await answer.clone().text())
    return (await answer.json()) as Alert
  }

  /** The letter that comes when this is said. */
  async function letterOn(text: string): Promise<{ parsed: ParsedMail; raw: string }> {
    const before = mail.letters.length
    await tuner.cue(text)
    return mail.letter(before + 1)
  }

  it('header injection: a name or query with line breaks adds nothing to a letter', async () => {
    const name = 'Storm\r\nBcc: eve@evil.example'
    assert.equal((await ask('POST', '/alerts', { query: 'a', name })).status, 400)
    const query = 'storm\r\nOR\r\n"bcc eve evil example"'
    const alert = await make({ query })
    assert.doesNotMatch(alert.name, /[\r\n]/)
    const { parsed, raw } = await letterOn('THE STORM IS HERE')
    assert.match(parsed.subject ?? '', /^storm OR "bcc eve evil example": /)
    const [head = ''] = raw.split('\r\n\r\n', 1)
    assert.doesNotMatch(head, /^(?:bcc|cc):/im)
    assert.deepEqual(
      [parsed.to].flat().map((to) => to?.text),
      ['admin@example.org'],
    )
    assert.equal((await ask('DELETE', `/alerts/${alert.id}`)).status, 204)
  })

  it('HTML in captions, names and queries is text; every link of a letter leads to this site', async () => {
    const alert = await make({
      query: 'hurricane OR "img src"',
      name: '</title><img src=y onerror=alert(2)>',
    })
    const { parsed } = await letterOn(
      'HURRICANE <img src=x onerror=alert(1)> <a href="https://evil.example/">WIN</a> </blockquote>',
    )
    const html = String(parsed.html)
    assert.ok(html.includes('&lt;img src=y onerror=alert(2)&gt;'))
    assert.ok(html.includes('onerror=alert(1)'))
    const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag = '']) => tag.toLowerCase())
    for (const tag of ['img', 'script', 'iframe', 'form']) assert.ok(!tags.includes(tag), tag)
    assert.equal(tags.filter((tag) => tag === 'blockquote').length, 2, 'one, opened and closed')
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => href)
    assert.ok(links.length > 3)
    for (const link of links) assert.equal(new URL(link).origin, server.url, link)
    assert.equal((await ask('DELETE', `/alerts/${alert.id}`)).status, 204)
  })

  it('enumeration: what is another’s, was removed or never was is the same, also of feeds', async () => {
    const mine = await make({ query: 'secret', rate: { kind: 'never' } })
    const { atom } = (await (await ask('POST', `/alerts/${mine.id}/feed`)).json()) as {
      atom: string
    }
    assert.equal((await fetch(atom)).status, 200)
    assert.equal((await ask('DELETE', `/alerts/${mine.id}`)).status, 204)
    const never = '0123456789abcdef'
    const said = async (answer: Response, what: string): Promise<string> =>
      `${answer.status} ${(await answer.text()).replaceAll(what, '…')}`
    assert.equal(
      await said(await ask('GET', `/alerts/${mine.id}`), mine.id),
      await said(await ask('GET', `/alerts/${never}`), never),
    )
    const other = atom.replace(/[^/]+\.atom$/, `${'A'.repeat(32)}.atom`)
    const [gone, none] = [await fetch(atom), await fetch(other)]
    assert.equal(gone.status, 404)
    assert.equal(await said(gone, 'x'), await said(none, 'x'))
    const secret = /([^/]+)\.atom$/.exec(atom)?.[1] ?? ''
    assert.ok(!server.stderr().includes(secret), 'the secret of a feed is in no log')
  })
})

describe('mail bombs', () => {
  it('after thirty in an hour a person is told together, at the hour', async () => {
    await using folder = await createFolder()
    await using rig = await AlertRig.open(folder.path)
    await rig.addChannel('one')
    const id = await rig.make({ query: 'rain', foldRepeats: false })
    const told = (): number => rig.inbox.got.length
    for (let n = 0; n < mostAtOnce + 10; n++) {
      await rig.say('one', `RAIN ${n}`)
      if (n < mostAtOnce) await rig.until(`${n + 1} are told`, () => told() === n + 1)
    }
    await rig.until(
      'all are found',
      async () => (await rig.mentions(id)).length === mostAtOnce + 10,
    )
    assert.equal(told(), mostAtOnce)
    rig.nowMs = Math.ceil(rig.nowMs / 3_600_000) * 3_600_000
    await rig.alerts.service.change(rig.alerts.service.get(id, 'ann'), {})
    await rig.until('the others are told', () => told() === mostAtOnce + 1)
    const last = rig.inbox.got.at(-1)
    assert.deepEqual([last?.kind, last?.because, last?.mentions.length], ['digest', 'limit', 10])
  })

  it('a person has so many alerts and no more', async () => {
    await using folder = await createFolder()
    await using store = new SqliteAlerts({ dataDir: folder.path, logger: silent })
    const fields = newAlertSchema.parse({ query: 'a', name: 'a' })
    const add = (owner: string): ReturnType<SqliteAlerts['add']> =>
      store.add(owner, { ...fields, name: 'a' }, 2, 0)
    await Promise.all([add('ann'), add('ann'), add('ann'), add('bob')])
    assert.equal(await add('ann'), 'full')
    await until('two and one', async () => (await store.alerts(null)).length === 3)
  })
})
