import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Delivery, OwnDestination } from '../../src/protocol/deliveries.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { linkIn, Person } from '../support/person.ts'
import {
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'
import { startReceiver } from '../support/receiver.ts'

describe('/me/destinations and /me/deliveries', () => {
  let folder: Folder
  let mail: MailServer
  let server: Server
  let admin: Person

  before(async () => {
    folder = await temporaryFolder()
    mail = await startMailServer()
    server = await startServer(path.join(folder.path, 'data'), {
      env: {
        ...{ CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr@captions.example' },
        CCR_WEBHOOK_ALLOW_PRIVATE: 'yes',
      },
    })
    await until('the first link', () => /#token=\S+/.test(server.stdout()))
    admin = new Person(server.url)
    assert.equal((await admin.enter(linkIn(server.stdout()), 'ada@reader.example')).status, 200)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const list = async (): Promise<OwnDestination[]> =>
    (await admin.get<{ items: OwnDestination[] }>('/me/destinations')).items

  async function add(
    body: object,
  ): Promise<{ destination: OwnDestination; secret: string | null }> {
    const answer = await admin.ask('POST', '/me/destinations', body)
    assert.equal(answer.status, 201, await answer.clone().text())
    return (await answer.json()) as { destination: OwnDestination; secret: string | null }
  }

  async function delivered(key: string, state: string): Promise<Delivery> {
    let found: Delivery | undefined
    await until(`${key} to be ${state}`, async () => {
      const { items } = await admin.get<{ items: Delivery[] }>('/me/deliveries')
      found = items.find((one) => one.key === key)
      return found?.state === state
    })
    if (found === undefined) throw new Error(key)
    return found
  }

  it('are a person’s own', async () => {
    const nobody = new Person(server.url)
    for (const address of ['/me/destinations', '/me/deliveries', '/me/stops', '/push-key'])
      assert.equal((await nobody.ask('GET', address)).status, 401, address)
    assert.equal((await nobody.ask('GET', '/admin/deliveries')).status, 401)
    const [own] = await list()
    assert.deepEqual(
      [own?.isAccount, own?.settings],
      [true, { kind: 'email', address: 'ada@reader.example' }],
    )
    const removed = await admin.ask('DELETE', `/me/destinations/${own?.id}`)
    assert.equal(removed.status, 409)
    assert.equal((await admin.ask('DELETE', '/me/destinations/none')).status, 404)
  })

  it('test a webhook, tell what became of it, and send it again', async () => {
    await using receiver = await startReceiver()
    receiver.answer = (n) => (n === 1 ? 410 : 204)
    const { destination, secret } = await add({ kind: 'webhook', name: 'Desk', url: receiver.url })
    assert.match(secret ?? '', /^whsec_/)
    const at = `/me/destinations/${destination.id}`
    const tested = (await (await admin.ask('POST', `${at}/test`)).json()) as { key: string }
    const dead = await delivered(tested.key, 'dead')
    assert.deepEqual([dead.attempts, dead.log.length, dead.kind], [1, 1, 'test'])
    const replay = `/me/deliveries/${dead.id}/replay`
    assert.equal((await admin.ask('POST', replay)).status, 409)
    const others = await admin.get<{ items: object[] }>('/admin/deliveries?state=dead')
    assert.ok(JSON.stringify(others.items).includes(tested.key))
    assert.ok(!JSON.stringify(others.items).includes('alert'))
    assert.equal((await admin.ask('PATCH', at, { state: 'active' })).status, 200)
    assert.equal((await admin.ask('POST', replay)).status, 202)
    await delivered(tested.key, 'sent')
    assert.equal((await receiver.request(2)).headers['webhook-id'], tested.key)
    assert.equal((await admin.ask('POST', '/me/deliveries/999999/replay')).status, 404)
    const rotated = (await (await admin.ask('POST', `${at}/secret`)).json()) as { secret: string }
    assert.notEqual(rotated.secret, secret)
    assert.equal((await admin.ask('DELETE', at)).status, 204)
  })

  it('refuse what nothing can be sent to, and say why', async () => {
    for (const [body, why] of [
      [{ kind: 'webhook', name: 'x', url: 'ftp://a.example' }, /url/],
      [{ kind: 'webhook', name: 'x', url: 'https://u:p@a.example' }, /password/],
      [{ kind: 'email', name: 'x', address: 'a@b.example\r\nBcc: c@d.example' }, /address/],
      [{ kind: 'email', name: 'a\nb', address: 'a@b.example' }, /name/],
      [{ kind: 'ntfy', name: 'x', topic: '../admin' }, /topic/],
      [{ kind: 'chat', name: 'x', url: 'https://a.example', format: 'custom' }, /template/],
      [
        {
          kind: 'chat',
          name: 'x',
          url: 'https://a.example',
          format: 'custom',
          template: '{"a":"{{b}}"}',
        },
        /\{\{b\}\} stands for nothing/,
      ],
      [{ kind: 'fax', name: 'x' }, /kind/],
    ] as const) {
      const answer = await admin.ask('POST', '/me/destinations', body)
      assert.equal(answer.status, 400, JSON.stringify(body))
      assert.match(((await answer.json()) as { detail: string }).detail, why)
    }
  })

  it('ask an address by letter, whose page does nothing until its button is pressed', async () => {
    const before = mail.letters.length
    const { destination } = await add({
      kind: 'email',
      name: 'Desk',
      address: 'desk@paper.example',
    })
    const letter = await mail.letter(before + 1)
    const [link = ''] = /http\S+confirm-address\S+/.exec(letter.parsed.text ?? '') ?? []
    const page = await fetch(link, { headers: { 'accept-language': 'es-MX' } })
    assert.equal(page.status, 200)
    assert.match(await page.text(), /<html lang="es">[\s\S]*desk@paper\.example[\s\S]*<button/)
    assert.match(page.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    const state = async (): Promise<string | undefined> =>
      (await list()).find(({ id }) => id === destination.id)?.state
    assert.equal(await state(), 'unverified')
    const body = new URLSearchParams({ do: 'confirm' })
    assert.equal((await fetch(link, { method: 'POST', body })).status, 200)
    assert.equal(await state(), 'active')
    assert.equal((await fetch(`${link}x`, { method: 'POST', body })).status, 404)
    const again = `/me/destinations/${destination.id}/confirmation`
    assert.equal((await admin.ask('POST', again)).status, 409)
  })

  it('are taken along with an export, without secrets, and have a key for push messages', async () => {
    const exported = JSON.stringify(await admin.get<object>('/me/export'))
    assert.ok(exported.includes('desk@paper.example'))
    assert.ok(!exported.includes('whsec_'))
    const { key } = await admin.get<{ key: string }>('/push-key')
    assert.equal(Buffer.from(key, 'base64url').length, 65)
    assert.equal((await admin.get<{ key: string }>('/push-key')).key, key)
  })
})
