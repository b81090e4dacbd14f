import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { z } from 'zod'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

type Content = Record<string, { schema?: object }>
interface Document {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Content }> }>
  >
  readonly components: { readonly schemas: object }
}

/** What is empty on a server where nobody has signed in and nothing was sent. */
const empty = /gaps|\/me\/|invitations|admin\/deliveries/

const sample = 'samples/sky-and-sea.bin'

/** What some addresses do not answer without. */
const needed: Readonly<Record<string, string>> = {
  '/api/v1/channels/{id}/download/size': '?format=srt',
  '/api/v1/programmes': '?q=sky',
  '/api/v1/search': '?q=the',
  '/api/v1/search/timeline': '?q=the',
}

/** What the document says of an answer, held against the answers of a server that has something to tell. */
describe('docs/openapi.json', () => {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document
  let folder: Folder
  let server: Server
  let admin: string
  let letter: string
  let alert: string

  before(async () => {
    folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    const token = await addChannel(data, 'told')
    await addChannel(data, 'other')
    admin = await addAdmin(data)
    server = await startServer(data, { env: { CCR_RATE_LIMIT: '600' } })
    alert = await makeAlert()
    await using sender = run(
      [
        ...['send', '--server', server.url, '--channel', 'told', '--input', sample],
        ...['--pace', 'fast', '--spool', path.join(folder.path, 'spool')],
      ],
      { CCR_TOKEN: token },
    )
    assert.equal(await sender.ended, 0, sender.stderr())
    letter = await writeLetter()
    await until('a mention', async () => {
      const headers = { authorization: `Bearer ${admin}` }
      const answer = await fetch(`${server.url}/api/v1/alerts/${alert}/mentions`, { headers })
      return ((await answer.json()) as { items: unknown[] }).items.length > 0
    })
  })

  /** One that finds something in the sample; its id. */
  async function makeAlert(): Promise<string> {
    const made = await fetch(`${server.url}/api/v1/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'the', rate: { kind: 'never' } }),
    })
    assert.equal(made.status, 201)
    return ((await made.json()) as { id: string }).id
  }

  /** Asks for a link to sign in, which waits in the outbox where nothing sends letters; its number there. */
  async function writeLetter(): Promise<string> {
    const asked = await fetch(`${server.url}/api/v1/sign-in/mail`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'admin@example.org' }),
    })
    assert.equal(asked.status, 202, await asked.text())
    let id: unknown
    await until('a letter in the outbox', async () => {
      const headers = { authorization: `Bearer ${admin}` }
      const answer = await fetch(`${server.url}/api/v1/admin/outbox`, { headers })
      const { items } = (await answer.json()) as { items: { id: unknown }[] }
      id = items[0]?.id
      return id !== undefined
    })
    return String(id)
  }
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  function check(address: string, status: string, type: string, body: unknown): void {
    const said = document.paths[address]?.['get']?.responses[status]?.content?.[type]?.schema
    assert.ok(said !== undefined, `${address} ${status} ${type} is described`)
    const text = JSON.stringify({ ...said, $defs: document.components.schemas })
    const schema = z.fromJSONSchema(
      JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
        typeof z.fromJSONSchema
      >[0],
    )
    const parsed = schema.safeParse(body)
    assert.ok(parsed.success, `${address}: ${parsed.error?.message ?? ''}`)
  }

  it('describes every JSON answer to a GET as it is', async () => {
    const headers = { authorization: `Bearer ${admin}` }
    let checked = 0
    for (const [address, { get }] of Object.entries(document.paths)) {
      if (get?.responses['200']?.content?.['application/json'] === undefined) continue
      const id =
        [
          ['/api/v1/admin/outbox', letter],
          ['/api/v1/alerts', alert],
        ].find(([of = '']) => address.startsWith(of))?.[1] ?? 'told'
      const url = `${server.url}${address.replace(/\{\w+\}/, id)}${needed[address] ?? ''}`
      const answer = await fetch(url, { headers })
      assert.equal(answer.status, 200, url)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
      const body: unknown = await answer.json()
      check(address, '200', 'application/json', body)
      if (typeof body === 'object' && body !== null && 'items' in body && !empty.test(address))
        assert.ok(Array.isArray(body.items) && body.items.length > 0, `${address} has items`)
      checked++
    }
    assert.ok(checked >= 6, `${checked} addresses`)
  })

  it('describes problems as they are', async () => {
    const wrong: [string, string, number][] = [
      ['/api/v1/channels/{id}', '/api/v1/channels/none', 404],
      ['/api/v1/channels/{id}/cues', '/api/v1/channels/told/cues?limit=x', 400],
      ['/api/v1/channels/{id}/cues', '/api/v1/channels/told/cues?from=yesterday', 400],
      ['/api/v1/tokens', '/api/v1/tokens', 401],
      ['/api/v1/channels/{id}/live', '/api/v1/channels/none/live', 404],
    ]
    for (const [address, url, status] of wrong) {
      const answer = await fetch(server.url + url)
      assert.equal(answer.status, status, url)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/)
      check(address, 'default', 'application/problem+json', await answer.json())
    }
  })

  it('public answers may be read by any page, and say how much may still be asked', async () => {
    const answer = await fetch(`${server.url}/api/v1/channels/told/cues?limit=1`)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.match(answer.headers.get('ratelimit') ?? '', /r=\d+;t=\d+/)
    assert.match(answer.headers.get('ccr-position') ?? '', /^[0-9a-z]{8,26}\.\d+$/)
    const metrics = await (await fetch(`${server.url}/metrics`)).text()
    assert.match(metrics, /^ccr_feeds 0$/m)
    for (const line of metrics.trimEnd().split('\n'))
      assert.match(line, /^(|# (HELP|TYPE) \w+ .*|[a-zA-Z_:]\w*(\{.*\})? [-+0-9.eNaInf]+)$/)
  })
})
