import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import WebSocket from 'ws'
import { liveProtocol } from '../../src/protocol/live/live-client.ts'
import { letterTo, linkIn, Person } from '../support/person.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

interface Me {
  readonly id: string
  readonly scope: unknown
  readonly user: { readonly id: string; readonly email: string; readonly role: string } | null
}

describe('people', () => {
  let folder: Folder
  let data: string
  let server: Server
  let admin: Person

  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    for (const id of ['news', 'sport']) await addChannel(data, id)
    server = await startServer(data)
    await until('the first link', () => /#token=\S+/.test(server.stdout()))
    admin = new Person(server.url)
    const entered = await admin.enter(linkIn(server.stdout()), 'Admin@Example.org')
    assert.equal(entered.status, 200)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  /** Invited with a role, and signed in by the letter's link. */
  async function invited(email: string, role: string, channels: string[] = []): Promise<Person> {
    const invitation = await admin.ask('POST', '/admin/invitations', { email, role, channels })
    assert.equal(invitation.status, 201)
    const person = new Person(server.url)
    const entered = await person.enter(linkIn((await letterTo(admin, email)).text))
    assert.equal(entered.status, 200)
    return person
  }

  it('the link on the console makes the first administrator, once', async () => {
    const me = await admin.get<Me>('/me')
    assert.deepEqual([me.user?.email, me.user?.role], ['admin@example.org', 'admin'])
    const other = new Person(server.url)
    const again = await other.enter(linkIn(server.stdout()), 'other@example.org')
    assert.equal(again.status, 410)
    assert.equal(((await again.json()) as { code: string }).code, 'link-expired')
  })

  it('lets in by a mailed link, which looking at does not use up and using does', async () => {
    const ada = await invited('ada@example.org', 'viewer')
    const asked = await new Person(server.url).ask('POST', '/sign-in/mail', {
      ...{ email: 'ada@example.org', next: '/wall?c=news', language: 'es' },
    })
    assert.equal(asked.status, 202)
    const letter = await letterTo(admin, 'ada@example.org', 2)
    assert.match(letter.subject, /Entrar/)
    const token = linkIn(letter.text).split('#token=')[1] ?? ''
    const browser = new Person(server.url)
    for (let n = 0; n < 3; n++) {
      const looked = await browser.ask('POST', '/sign-in/link/look', { token })
      const said = (await looked.json()) as { email: string; purpose: string }
      assert.deepEqual([said.email, said.purpose], ['ada@example.org', 'sign-in'])
      assert.equal((await fetch(`${server.url}/sign-in`)).status, 200)
    }
    const entered = await browser.enter(linkIn(letter.text))
    const { next } = (await entered.json()) as { next: string }
    assert.equal(next, '/wall?c=news')
    assert.equal((await browser.enter(linkIn(letter.text))).status, 410)
    const { items } = await ada.get<{ items: { isThis: boolean }[] }>('/me/sessions')
    assert.deepEqual(items.map(({ isThis }) => isThis).sort(), [false, true])
  })

  it('shows channels by who asks: anybody, people, those who look after them', async () => {
    const policy = { delaySeconds: 0, snippetWords: null, retentionDays: null, export: true }
    const set = async (id: string, visibility: string): Promise<void> => {
      const body = { name: id, policy: { ...policy, visibility, robots: false } }
      assert.equal((await admin.ask('PUT', `/channels/${id}`, body)).status, 200)
    }
    await set('news', 'signed-in')
    await set('sport', 'private')
    const viewer = await invited('viewer@example.org', 'viewer')
    const operator = await invited('operator@example.org', 'operator', ['sport'])
    const seen = async (person: Person): Promise<string[]> =>
      (await person.get<{ items: { id: string }[] }>('/channels')).items.map(({ id }) => id)
    assert.deepEqual(await seen(new Person(server.url)), [])
    assert.deepEqual(await seen(viewer), ['news'])
    assert.deepEqual(await seen(operator), ['news', 'sport'])
    assert.deepEqual(await seen(admin), ['news', 'sport'])
    await set('news', 'public')
    await set('sport', 'public')
    assert.deepEqual(await seen(new Person(server.url)), ['news', 'sport'])
  })

  it('an operator changes own channels, makes tokens that feed them, and nothing else', async () => {
    const eve = await invited('eve@example.org', 'operator', ['news'])
    assert.equal((await eve.ask('PUT', '/channels/news', { name: 'News' })).status, 200)
    const refused: [string, string, unknown, number][] = [
      ['PUT', '/channels/sport', { name: 'Mine' }, 403],
      ['PUT', '/channels/fresh', { name: 'Mine' }, 403],
      ['DELETE', '/channels/news', undefined, 403],
      ['POST', '/me/tokens', { scope: { feed: 'sport' } }, 403],
      ['POST', '/me/tokens', { scope: 'admin' }, 403],
      ['POST', '/tokens', { scope: 'admin' }, 403],
      ['GET', '/admin/users', undefined, 403],
      ['POST', '/admin/invitations', { email: 'x@example.org', role: 'admin' }, 403],
      ['PATCH', '/me', { role: 'admin' }, 400],
    ]
    for (const [method, address, body, status] of refused)
      assert.equal((await eve.ask(method, address, body)).status, status, `${method} ${address}`)
    const me = await eve.get<Me>('/me')
    const path = `/admin/users/${me.user?.id ?? ''}`
    assert.equal((await eve.ask('PATCH', path, { role: 'admin' })).status, 403)

    const made = await eve.ask('POST', '/me/tokens', { scope: { feed: 'news' }, note: 'roof' })
    const { token } = (await made.json()) as { token: string }
    const withToken = { authorization: `Bearer ${token}` }
    const asks = async (): Promise<number> =>
      (await fetch(`${server.url}/api/v1/me`, { headers: withToken })).status
    assert.equal(await asks(), 200)
    await admin.ask('PATCH', path, { channels: [] })
    assert.equal(await asks(), 401, 'a token allows no more than its owner may')
  })

  it('a token of one’s own stands for its person, and does not change how they come in', async () => {
    const bob = await invited('bob@example.org', 'viewer')
    const made = await bob.ask('POST', '/me/tokens', { scope: 'own', note: 'script' })
    const { token } = (await made.json()) as { token: string }
    const headers = { authorization: `Bearer ${token}` }
    const me = (await (await fetch(`${server.url}/api/v1/me`, { headers })).json()) as Me
    assert.equal(me.user?.email, 'bob@example.org')
    const program = new Person(server.url)
    for (const [method, address, body] of [
      ['POST', '/me/tokens', { scope: 'own' }],
      ['DELETE', '/me/sessions', undefined],
      ['POST', '/me/passkeys/options', undefined],
      ['DELETE', '/me', undefined],
    ] as const)
      assert.equal((await program.ask(method, address, body, headers)).status, 403, address)
  })

  it('ends the sockets of a session within 5 s of its end', async () => {
    const dan = await invited('dan@example.org', 'viewer')
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/live`, liveProtocol, {
      headers: { cookie: dan.cookie },
      origin: server.url,
    })
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const { items } = await dan.get<{ items: { id: string }[] }>('/me/sessions')
    const atMs = Date.now()
    const ended = await dan.ask('DELETE', `/me/sessions/${items[0]?.id ?? ''}`)
    assert.equal(ended.status, 204)
    assert.equal(await closed, 4501)
    assert.ok(Date.now() - atMs < 5000)
    assert.equal((await dan.ask('GET', '/me')).status, 401)
  })

  it('keeps preferences, gives everything out as a file, and forgets a person for good', async () => {
    const kim = await invited('kim@example.org', 'viewer')
    const wishes = { 'ccr.theme': 'dark', 'ccr.walls': '[]' }
    assert.equal((await kim.ask('PUT', '/me/preferences', wishes)).status, 200)
    for (const wrong of [{ theme: 'dark' }, { 'ccr.a': 1 }, { 'ccr.a': 'x'.repeat(5000) }])
      assert.equal((await kim.ask('PUT', '/me/preferences', wrong)).status, 400)
    assert.equal((await kim.ask('PATCH', '/me', { name: 'Kim' })).status, 200)
    const exported = await kim.get<Record<string, unknown>>('/me/export')
    assert.deepEqual(exported['preferences'], wishes)
    assert.equal((exported['user'] as { name: string }).name, 'Kim')
    assert.equal((exported['sessions'] as unknown[]).length, 1)
    assert.equal((await kim.ask('DELETE', '/me')).status, 204)
    assert.equal((await kim.ask('GET', '/me')).status, 401)
    const users = await admin.get<{ items: { email: string }[] }>('/admin/users')
    assert.ok(!users.items.some(({ email }) => email === 'kim@example.org'))
    const last = await admin.ask('DELETE', '/me')
    assert.equal(((await last.json()) as { code: string }).code, 'last-admin')
  })

  it('gives an account another address when that one’s link is used', async () => {
    const lee = await invited('lee@example.org', 'viewer')
    await lee.ask('POST', '/me/email', { email: 'lee@new.example' })
    assert.equal((await lee.get<Me>('/me')).user?.email, 'lee@example.org')
    await lee.enter(linkIn((await letterTo(admin, 'lee@new.example')).text))
    assert.equal((await lee.get<Me>('/me')).user?.email, 'lee@new.example')
  })

  it('ccr user works beside the running server', async () => {
    const ccr = async (...args: string[]): Promise<string> => {
      await using running = run(['user', ...args, '--data', data], { CCR_PUBLIC_URL: server.url })
      assert.equal(await running.ended, 0, running.stderr())
      return running.stdout()
    }
    await ccr('add', 'max@example.org', '--role', 'operator', '--channels', 'news')
    const max = new Person(server.url)
    assert.equal((await max.enter(linkIn(await ccr('link', 'max@example.org')))).status, 200)
    assert.equal((await max.get<Me>('/me')).user?.role, 'operator')
    await ccr('edit', 'max@example.org', '--role', 'viewer')
    await until(
      'the new role',
      async () => (await max.get<Me>('/me')).user?.role === 'viewer',
      1000,
    )
    assert.match(await ccr('list'), /max@example\.org +viewer/)
    await ccr('remove', 'max@example.org')
    await until('the end', async () => (await max.ask('GET', '/me')).status === 401, 1000)
    await using wrong = run(['user', 'remove', 'admin@example.org', '--data', data])
    assert.equal(await wrong.ended, 1)
    assert.match(wrong.stderr(), /nobody could administer/)
  })

  it('tells administrators of tuners and the server', async () => {
    const { items } = await admin.get<{ items: Record<string, unknown>[] }>('/admin/tuners')
    assert.deepEqual(
      items.map(({ channel, state, producer }) => [channel, state, producer]),
      [
        ['news', 'offline', null],
        ['sport', 'offline', null],
      ],
    )
    const system = await admin.get<Record<string, unknown>>('/admin/system')
    assert.deepEqual([system['isReady'], system['mail']], [true, 'outbox'])
  })
})
