import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, it } from 'node:test'
import type { Alert, Mention } from '../../src/protocol/alerts.ts'
import type { Delivery } from '../../src/protocol/deliveries.ts'
import { Tuner } from '../support/live.ts'
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

let folder: Folder
let data: string
let server: Server
let admin: Person
let ada: Person
let eve: Person
let tuner: Tuner

before(async () => {
  folder = await temporaryFolder()
  data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'news')
  server = await startServer(data)
  await until('the first link', () => /#token=\S+/.test(server.stdout()))
  admin = new Person(server.url)
  assert.equal((await admin.enter(linkIn(server.stdout()), 'admin@example.org')).status, 200)
  ada = await invited('ada@example.org')
  eve = await invited('eve@example.org')
  tuner = new Tuner(server, 'news', token)
  await tuner.open()
})

after(async () => {
  await tuner.close()
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function invited(email: string): Promise<Person> {
  const body = { email, role: 'viewer', channels: [] }
  assert.equal((await admin.ask('POST', '/admin/invitations', body)).status, 201)
  const person = new Person(server.url)
  const entered = await person.enter(linkIn((await letterTo(admin, email)).text))
  assert.equal(entered.status, 200)
  return person
}

async function make(fields: object): Promise<Alert> {
  const answer = await ada.ask('POST', '/alerts', fields)
  assert.equal(answer.status, 201, await answer.clone().text())
  return (await answer.json()) as Alert
}

async function mentions(alert: Alert): Promise<Mention[]> {
  return (await ada.get<{ items: Mention[] }>(`/alerts/${alert.id}/mentions`)).items
}

it('what is said is in the history, in a letter and in the feeds, and nobody else’s', async () => {
  const alert = await make({ query: 'otters' })
  assert.deepEqual([alert.name, alert.rate.kind, alert.foldRepeats], ['otters', 'at-once', true])
  await tuner.cue('TONIGHT IN THE RIVER PARK THERE ARE <b>OTTERS</b> TO BE SEEN')
  const letter = await letterTo(admin, 'ada@example.org', 2)
  assert.match(letter.text, /OTTERS/)
  const [mention] = await mentions(alert)
  assert.equal(mention?.channelName, 'news')

  const made = await ada.ask('POST', `/alerts/${alert.id}/feed`)
  const feeds = (await made.json()) as { atom: string; json: string }
  const atom = await (await fetch(feeds.atom)).text()
  assert.ok(atom.includes('OTTERS') && !atom.includes('<b>'), atom)
  const feed = (await (await fetch(feeds.json)).json()) as { items: object[] }
  assert.equal(feed.items.length, 1)
  await ada.ask('POST', `/alerts/${alert.id}/feed`)
  assert.equal((await fetch(feeds.atom)).status, 404)

  for (const [method, address] of [
    ['GET', `/alerts/${alert.id}`],
    ['GET', `/alerts/${alert.id}/mentions`],
    ['PATCH', `/alerts/${alert.id}`],
    ['DELETE', `/alerts/${alert.id}`],
    ['POST', `/alerts/${alert.id}/feed`],
  ] as const) {
    const body = method === 'PATCH' ? { paused: true } : undefined
    assert.equal((await eve.ask(method, address, body)).status, 404, `${method} of another`)
    assert.equal((await new Person(server.url).ask(method, address, body)).status, 401)
  }
  assert.deepEqual((await eve.get<{ items: object[] }>('/alerts')).items, [])
  assert.equal((await eve.ask('GET', `/alerts?owner=${alert.owner}`)).status, 403)
  const seen = await admin.get<{ items: Alert[] }>(`/alerts?owner=${alert.owner}`)
  assert.equal(seen.items.length, 1)
})

it('refuses what cannot be waited for, and what is out of bounds', async () => {
  for (const fields of [
    { query: 'channel:news' },
    { query: 'a (b' },
    { query: 'a', rate: { kind: 'daily', at: '25:00', timeZone: 'UTC' } },
    { query: 'a', rate: { kind: 'daily', at: '07:00', timeZone: 'Mars/Base' } },
    { query: 'a', name: 'x'.repeat(201) },
    { query: 'a', destinations: ['no id!'] },
    { query: 'a', volume: { sigma: 0, least: 1 } },
    { query: 'a', destinations: ['0123456789abcdef'] },
  ])
    assert.equal((await ada.ask('POST', '/alerts', fields)).status, 400, JSON.stringify(fields))
  assert.equal((await ada.ask('POST', '/alerts', { query: 'a', channels: ['none'] })).status, 404)
})

it('is changed, paused and removed, by API and from the shell', async () => {
  const alert = await make({ query: 'heron', rate: { kind: 'never' } })
  const address = `/alerts/${alert.id}`
  assert.equal((await ada.ask('PATCH', address, { query: 'egret', name: 'Egrets' })).status, 200)
  await tuner.cue('A HERON AND AN EGRET WALK ALONG THE OLD CANAL')
  await until('the new query is found', async () => (await mentions(alert)).length === 1)
  assert.equal((await ada.ask('PATCH', address, { query: '"open' })).status, 400)
  assert.equal((await ada.ask('DELETE', address)).status, 204)
  assert.equal((await ada.ask('GET', address)).status, 404)

  const made = await ada.ask('POST', '/me/tokens', { scope: 'own', note: 'shell' })
  const { token } = (await made.json()) as { token: string }
  const shell = ['--server', server.url, '--token', token]
  const added = run([
    'alert',
    'add',
    '"river park"',
    '--rate',
    'weekly@monday@07:30',
    '--volume',
    '3/20',
    ...shell,
  ])
  assert.equal(await added.ended, 0, added.stderr())
  const id = added.stdout().trim()
  const listed = run(['alert', 'list', ...shell])
  assert.equal(await listed.ended, 0, listed.stderr())
  assert.match(listed.stdout(), new RegExp(`${id}.*weekly.*"river park"`))
  const { volume } = await ada.get<Alert>(`/alerts/${id}`)
  assert.deepEqual(volume, { sigma: 3, least: 20 })
  assert.equal(await run(['alert', 'add', 'a', '--volume', 'much', ...shell]).ended, 2)
  assert.equal(await run(['alert', 'remove', id, ...shell]).ended, 0)
  assert.equal(await run(['alert', 'remove', id, ...shell]).ended, 3)
})

it('is read, paused and muted from the shell, where destinations are added too', async () => {
  const made = await ada.ask('POST', '/me/tokens', { scope: 'own', note: 'shell' })
  const { token } = (await made.json()) as { token: string }
  const shell = async (...args: string[]): Promise<{ code: number | string; out: string }> => {
    await using ran = run([...args, '--server', server.url, '--token', token])
    const code = await ran.ended
    return { code, out: ran.stdout() + ran.stderr() }
  }
  const alert = await make({ query: 'curlew', rate: { kind: 'never' } })
  await tuner.cue('A CURLEW CALLS ABOVE THE MARSH')
  await until('it is found', async () => (await mentions(alert)).length === 1)
  const read = await shell('alert', 'mentions', alert.id)
  assert.match(read.out, /news CC1[^]*A CURLEW CALLS ABOVE THE MARSH/)
  assert.equal((await shell('alert', 'pause', alert.id)).code, 0)
  assert.equal((await ada.get<Alert>(`/alerts/${alert.id}`)).paused, true)
  assert.equal((await shell('alert', 'resume', alert.id)).code, 0)
  assert.equal((await shell('alert', 'mute', alert.id, '--for', '8h')).code, 0)
  const { paused, mutedUntil } = await ada.get<Alert>(`/alerts/${alert.id}`)
  assert.equal(paused, false)
  assert.ok(Math.abs(Date.parse(mutedUntil ?? '') - Date.now() - 8 * 3_600_000) < 60_000)
  assert.equal((await shell('alert', 'mute', alert.id, '--for', '0')).code, 0)
  assert.equal((await ada.get<Alert>(`/alerts/${alert.id}`)).mutedUntil, null)
  assert.equal((await shell('alert', 'mute', alert.id, '--for', 'ever')).code, 2)
  assert.equal((await shell('alert', 'mentions', 'none')).code, 3)

  const hook = await shell('destination', 'add', 'webhook', 'https://example.org/hook')
  assert.equal(hook.code, 0, hook.out)
  const [id = '', secret] = hook.out.trim().split('\n')
  assert.match(secret ?? '', /^whsec_/)
  const topic = await shell('destination', 'add', 'ntfy', 'https://ntfy.example.org/newsroom')
  assert.equal(topic.code, 0, topic.out)
  const list = await shell('destination', 'list')
  assert.match(list.out, new RegExp(`^${id} +webhook +active +https://example.org/hook`, 'm'))
  assert.match(list.out, /ntfy +active .*https:\/\/ntfy.example.org\/newsroom/)
  assert.match((await shell('destination', 'deliveries')).out, /^ID +SINCE +STATE/)
  assert.equal((await shell('destination', 'remove', id)).code, 0)
  assert.equal((await shell('destination', 'remove', id)).code, 3)
  const wrong = await shell('destination', 'add', 'pigeon', 'coop')
  assert.equal(wrong.code, 2)
  assert.match(wrong.out, /expected email ADDRESS, webhook URL, ntfy TOPIC/)
})

it('loses nothing when the server is killed, and says nothing twice', async () => {
  const alert = await make({ query: 'thunder', foldRepeats: false })
  await tuner.cue('FIRST THUNDER')
  await tuner.cue('SECOND THUNDER')
  // Acknowledged, and whatever came of it by now: nothing, a mention, or a letter.
  server.child.kill('SIGKILL')
  await server.ended
  server = await startServer(data, { port: Number(new URL(server.url).port) })
  assert.equal(ada.url, server.url)
  await until('both are found', async () => (await mentions(alert)).length === 2)
  await until('both are told', async () => (await told(alert)) >= 2)
  assert.equal(await told(alert), 2)
})

it('nothing of a person stays who is removed from the shell, with and without a server', async () => {
  for (const [person, email, isRunning] of [
    [eve, 'eve@example.org', true],
    [ada, 'ada@example.org', false],
  ] as const) {
    const made = await person.ask('POST', '/alerts', { query: 'kestrel' })
    assert.equal(made.status, 201)
    const { owner: id } = (await made.json()) as Alert
    await person.get('/me/destinations')
    assert.deepEqual(kept(id), { alerts: true, destinations: true })
    if (!isRunning) server.child.kill('SIGTERM')
    if (!isRunning) await server.ended
    const removed = run(['user', 'remove', email, '--data', data])
    assert.equal(await removed.ended, 0, removed.stderr())
    assert.deepEqual(kept(id), { alerts: false, destinations: false })
    if (!isRunning) return
    // The server, which had them in mind, listens for nobody.
    await tuner.open()
    await tuner.cue('A KESTREL OVER THE FIELDS')
    // What the shell changes acts within a second.
    await until('they are gone', async () => (await person.ask('GET', '/alerts')).status === 401)
    assert.deepEqual(kept(id), { alerts: false, destinations: false })
  }
})

function kept(owner: string): { alerts: boolean; destinations: boolean } {
  const has = (file: string, table: string): boolean => {
    using db = new DatabaseSync(path.join(data, file), { readOnly: true })
    const found = db.prepare(`SELECT 1 FROM ${table} WHERE owner = ?`).get(owner)
    return found !== undefined
  }
  return { alerts: has('alerts.db', 'alert'), destinations: has('delivery.db', 'destination') }
}

/** Mentions in what went out. */
async function told(alert: Alert): Promise<number> {
  const { items } = await ada.get<{ items: Delivery[] }>('/me/deliveries')
  const mine = items.filter((one) => one.alert.id === alert.id)
  assert.equal(new Set(mine.map(({ key }) => key)).size, mine.length)
  return mine.reduce((sum, { mentions: count }) => sum + count, 0)
}
