import assert from 'node:assert/strict'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import WebSocket from 'ws'
import { liveProtocol } from '../../src/protocol/live/live-client.ts'
import { safeNext } from '../../src/protocol/safe-next.ts'
import { letterTo, linkIn, Person } from '../support/person.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

describe('people, against those who mean harm', () => {
  let folder: Folder
  let server: Server
  let asAdmin: { get: <T>(path: string) => Promise<T> }
  let data: string

  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    const token = await addAdmin(data)
    server = await startServer(data, { env: { CCR_LOG_LEVEL: 'debug', CCR_TRUST_PROXY: 'on' } })
    const headers = { authorization: `Bearer ${token}` }
    const person = new Person(server.url)
    asAdmin = {
      get: async <T>(address: string) =>
        (await (await person.ask('GET', address, undefined, headers)).json()) as T,
    }
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  /** Requests that come from an address of their own, so that limits of one test are not another's. */
  const from = (address: string): Record<string, string> => ({ 'x-forwarded-for': address })

  async function signedIn(email = 'admin@example.org', address = '192.0.2.9'): Promise<Person> {
    await using link = run(['user', 'link', email, '--data', data, '--server', server.url])
    assert.equal(await link.ended, 0, link.stderr())
    const person = new Person(server.url)
    const token = link.stdout().trim().split('#token=')[1]
    const entered = await person.ask('POST', '/sign-in/link', { token }, from(address))
    assert.equal(entered.status, 200)
    return person
  }

  it('enumeration: known and unknown addresses get the same answer, and unknown ones no letter', async () => {
    const person = new Person(server.url)
    const ask = async (email: string): Promise<string> => {
      const answer = await person.ask('POST', '/sign-in/mail', { email }, from('192.0.2.1'))
      return `${answer.status} ${await answer.text()} ${String([...answer.headers.keys()])}`
    }
    assert.equal(await ask('admin@example.org'), await ask('nobody@example.org'))
    await letterTo(asAdmin, 'admin@example.org')
    const { items } = await asAdmin.get<{ items: { to: string }[] }>('/admin/outbox')
    assert.ok(!items.some(({ to }) => to === 'nobody@example.org'))
  })

  it('mail bombs: an address gets four letters in a quarter of an hour, whoever asks', async () => {
    for (let n = 0; n < 12; n++) {
      const person = new Person(server.url)
      const body = { email: 'admin@example.org' }
      const asked = await person.ask('POST', '/sign-in/mail', body, from(`192.0.2.${100 + n}`))
      assert.equal(asked.status, 202, 'whoever asks is not told')
    }
    await letterTo(asAdmin, 'admin@example.org', 4)
    const { items } = await asAdmin.get<{ items: { to: string }[] }>('/admin/outbox')
    assert.equal(items.filter(({ to }) => to === 'admin@example.org').length, 4)
  })

  it('brute force: an address that tries many links or passkeys has to wait', async () => {
    const person = new Person(server.url)
    let last: Response | undefined
    for (let n = 0; n <= 40; n++) {
      const token = `guess-${n}-`.padEnd(43, 'x')
      last = await person.ask('POST', '/sign-in/link', { token }, from('192.0.2.3'))
      if (last.status !== 410) break
    }
    assert.equal(last?.status, 429)
    assert.ok(Number(last.headers.get('retry-after')) > 0)
    const other = await person.ask('POST', '/sign-in/link', { token: 'x' }, from('192.0.2.4'))
    assert.equal(other.status, 410, 'others need not')
  })

  it('CSRF: nothing is changed in a person’s name by another site’s page', async () => {
    const person = await signedIn()
    const change = (more: Record<string, string>, origin: string): Promise<Response> => {
      person.origin = origin
      return person.ask('PATCH', '/me', { name: 'Changed' }, more)
    }
    const wrong: [Record<string, string>, string][] = [
      [{}, 'https://evil.example'],
      [{}, 'null'],
      [{ 'sec-fetch-site': 'cross-site' }, ''],
      [{ 'sec-fetch-site': 'same-site' }, ''],
      [{ 'sec-fetch-site': 'none' }, ''],
      [{}, ''],
    ]
    for (const [headers, origin] of wrong) {
      const refused = await change(headers, origin)
      assert.equal(refused.status, 403, JSON.stringify([headers, origin]))
      assert.equal(((await refused.json()) as { code: string }).code, 'cross-site')
    }
    assert.equal((await change({ 'sec-fetch-site': 'same-origin' }, '')).status, 200)
    assert.equal((await change({}, server.url)).status, 200)
    const form = await fetch(`${server.url}/api/v1/sign-in/mail`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
      body: 'email=admin@example.org',
    })
    assert.equal(form.status, 415, 'forms are not taken at all')
    person.origin = 'https://evil.example'
    const login = await person.ask('POST', '/sign-in/link', { token: 'x' })
    assert.equal(login.status, 403, 'nor is somebody signed in as somebody else')
  })

  it('a socket that another site’s page opens is nobody’s, whatever cookie comes with it', async () => {
    const person = await signedIn()
    const closedAs = async (origin: string): Promise<string> => {
      const socket = new WebSocket(
        `${server.url.replace('http', 'ws')}/api/v1/live`,
        liveProtocol,
        {
          ...{ origin, headers: { cookie: person.cookie } },
        },
      )
      await once(socket, 'open')
      socket.send(JSON.stringify({ type: 'subscribe', channel: 'news' }))
      const [message] = (await once(socket, 'message')) as [Buffer]
      socket.terminate()
      return message.toString('utf8')
    }
    const policy = { delaySeconds: 0, snippetWords: null, retentionDays: null, export: true }
    const closed = { ...policy, visibility: 'private', robots: false }
    await person.ask('PUT', '/channels/news', { name: 'News', policy: closed })
    assert.match(await closedAs('https://evil.example'), /unknown-channel/)
    assert.doesNotMatch(await closedAs(server.url), /unknown-channel/)
  })

  it('open redirect: one comes back to this site only', async () => {
    const wrong = [
      ...['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'],
      ...['/\t/evil.example', '/a\\b', '', 'wall', `/${'x'.repeat(600)}`, '/a\u0000b'],
    ]
    for (const next of wrong) assert.equal(safeNext(next), '/', next)
    for (const next of ['/', '/wall?c=a,b', '/c/news/2026-01-01T00:00:00Z#x', '/a//b'])
      assert.equal(safeNext(next), next)
    await addAdmin(data, 'next@example.org')
    const person = new Person(server.url)
    const body = { email: 'next@example.org', next: '//evil.example/' }
    await person.ask('POST', '/sign-in/mail', body, from('192.0.2.5'))
    const entered = await person.enter(linkIn((await letterTo(asAdmin, 'next@example.org')).text))
    assert.equal(((await entered.json()) as { next: string }).next, '/')
  })

  it('header injection: an address or name with a line break is none', async () => {
    const person = await signedIn()
    const invite = (email: string): Promise<Response> =>
      person.ask('POST', '/admin/invitations', { email })
    for (const email of [
      'a@example.org\r\nBcc: b@example.org',
      'a@example.org, b@example.org',
      'a',
    ])
      assert.equal((await invite(email)).status, 400, email)
    assert.equal((await person.ask('PATCH', '/me', { name: 'A\r\nBcc: b@x.org' })).status, 400)
  })

  it('leakage: secrets are in no log, no cache, no Referer, and no page of the server', async () => {
    const person = await signedIn()
    const me = await person.ask('GET', '/me')
    assert.equal(me.headers.get('cache-control'), 'no-store')
    assert.equal(me.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(me.headers.get('access-control-allow-origin'), null)
    for (const page of ['/sign-in', '/account', '/admin']) {
      const answer = await fetch(server.url + page)
      assert.equal(answer.headers.get('cache-control'), 'no-store', page)
      assert.equal(answer.headers.get('referrer-policy'), 'no-referrer', page)
      assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/)
    }
    const secret = person.cookie.split('=')[1] ?? ''
    const letter = linkIn((await letterTo(asAdmin, 'admin@example.org')).text).split('#token=')[1]
    for (const text of [secret, letter ?? '']) {
      assert.ok(text.length > 20)
      assert.ok(!server.stderr().includes(text) && !server.stdout().includes(text))
    }
    const sessions = await (await person.ask('GET', '/me/sessions')).text()
    assert.ok(!sessions.includes(secret))
  })

  it('fixation: signing in makes a new session and ends the one that was there', async () => {
    const person = await signedIn('admin@example.org', '192.0.2.20')
    const before = person.cookie
    await using link = run(['user', 'link', 'admin@example.org', '--data', data])
    assert.equal(await link.ended, 0)
    await person.ask('POST', '/sign-in/link', { token: link.stdout().trim().split('#token=')[1] })
    assert.notEqual(person.cookie, before)
    const old = new Person(server.url)
    old.cookie = before
    assert.equal((await old.ask('GET', '/me')).status, 401)
    old.cookie = 'ccr-session=chosen-by-somebody-else-000000000000000000'
    assert.equal((await old.ask('GET', '/me')).status, 401)
  })

  it('a cookie cannot be read by pages, and is sent with TLS only where there is TLS', async () => {
    await using secure = await startServer(path.join(folder.path, 'secure'), {
      env: { CCR_PUBLIC_URL: 'https://captions.example' },
    })
    const person = new Person(secure.url)
    const out = await person.ask('POST', '/sign-out', undefined, {
      origin: 'https://captions.example',
    })
    const cookie = out.headers.get('set-cookie') ?? ''
    assert.match(cookie, /^__Host-ccr=;/)
    for (const part of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax'])
      assert.ok(cookie.includes(part))
    assert.doesNotMatch(cookie, /Domain/)
  })

  it('a server for those who sign in shows nothing to others', async () => {
    const folderOfClosed = path.join(folder.path, 'closed')
    await addChannel(folderOfClosed, 'open')
    await using closed = await startServer(folderOfClosed, { env: { CCR_SIGN_IN: 'required' } })
    const stranger = new Person(closed.url)
    assert.deepEqual((await stranger.get<{ items: unknown[] }>('/channels')).items, [])
    assert.equal((await stranger.ask('GET', '/channels/open')).status, 401)
    const page = await (await fetch(`${closed.url}/c/open`)).text()
    assert.doesNotMatch(page, /<title>open/)
  })
})
