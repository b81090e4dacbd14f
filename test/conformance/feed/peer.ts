import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { z } from 'zod'
import { cueSchema, gapSchema, type Cue, type Gap } from '../../../src/protocol/api.ts'
import { serverLineSchema, type ServerLine } from '../../../src/protocol/events.ts'
import { Feed, openRequest, type Address } from '../../support/feed.ts'

/** What the suite needs to know of a server: where it is, and a token that may make channels. */
export interface Subject extends Address {
  readonly adminToken: string
  /** Where cues are read, when feeds go through something that breaks connections. */
  readonly readFrom?: Address | undefined
  /** Makes the server drain, and resolves when it is back; null when there is no way. */
  readonly drain?: (() => Promise<void>) | undefined
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** The answer to a body that was sent whole. */
export interface Posted extends Answer {
  readonly lines: readonly ServerLine[]
  /** The last acknowledged number; undefined when there was none. */
  readonly stored: number | undefined
  readonly problem: string | undefined
}

const answerWithinMs = 15_000

/** One request, answered or failed in time. */
export async function ask(
  to: Address,
  method: string,
  path: string,
  headers: Record<string, string | number> = {},
  body?: string,
): Promise<Answer> {
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const request = openRequest(to, path, method, { ...headers, ...length })
  request.setTimeout(answerWithinMs, () => request.destroy(new Error('no answer in time')))
  request.end(body)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  for await (const part of response.setEncoding('utf8')) text += String(part)
  return { status: response.statusCode ?? 0, headers: response.headers, text }
}

/** A fresh channel with a token of its own. */
export class TestChannel {
  readonly id: string
  readonly token: string
  readonly subject: Subject

  constructor(subject: Subject, id: string, token: string) {
    this.subject = subject
    this.id = id
    this.token = token
  }

  static async make(subject: Subject): Promise<TestChannel> {
    const id = `conformance-${randomUUID()}`
    const admin = { authorization: `Bearer ${subject.adminToken}` }
    const at = subject.readFrom ?? subject
    const json = { ...admin, 'content-type': 'application/json' }
    const policy = {
      ...{ visibility: 'public', delaySeconds: 0, snippetWords: null, retentionDays: null },
      ...{ export: true, robots: false },
    }
    const body = JSON.stringify({ name: id, policy })
    const made = await ask(at, 'PUT', `/channels/${id}`, json, body)
    if (made.status !== 201) throw new Error(`PUT /channels answered ${made.status}: ${made.text}`)
    const token = JSON.stringify({ scope: { feed: id }, note: 'conformance' })
    const answer = await ask(at, 'POST', '/tokens', json, token)
    if (answer.status !== 201)
      throw new Error(`POST /tokens answered ${answer.status}: ${answer.text}`)
    const parsed = z.object({ token: z.string() }).parse(JSON.parse(answer.text))
    return new TestChannel(subject, id, parsed.token)
  }

  async remove(): Promise<void> {
    const admin = { authorization: `Bearer ${this.subject.adminToken}` }
    await ask(this.subject.readFrom ?? this.subject, 'DELETE', `/channels/${this.id}`, admin)
  }

  /** A feed that stays open; `welcomed` when the server has answered its head. */
  async open(producer: string = randomUUID()): Promise<Feed> {
    const feed = this.connect(producer)
    await feed.wait((line) => line.type === 'welcome')
    return feed
  }

  connect(producer: string): Feed {
    return new Feed(this.subject, this.id, this.#headers(producer))
  }

  /** A finite body, whose last line has no end of line. */
  async post(
    events: readonly (object | string)[],
    producer: string = randomUUID(),
    headers: Record<string, string> = {},
  ): Promise<Posted> {
    const body = events.map((e) => (typeof e === 'string' ? e : JSON.stringify(e))).join('\n')
    const all = { ...this.#headers(producer), ...headers }
    const answer = await ask(this.subject, 'POST', `/channels/${this.id}/feed`, all, body)
    const lines = answer.status === 200 ? parseLines(answer.text) : []
    const last = lines.findLast((line) => line.type === 'ack')
    const problem = lines.find((line) => line.type === 'problem')
    return { ...answer, lines, stored: last?.stored, problem: problem?.code }
  }

  async cues(): Promise<readonly Cue[]> {
    return this.#list('cues?order=oldest&limit=1000', cueSchema)
  }

  async texts(): Promise<readonly string[]> {
    return (await this.cues()).map(({ text }) => text)
  }

  async gaps(): Promise<readonly Gap[]> {
    return this.#list('gaps', gapSchema)
  }

  async #list<T extends z.ZodType>(what: string, item: T): Promise<readonly z.infer<T>[]> {
    const from = this.subject.readFrom ?? this.subject
    // With its token: a server may be private, and counts the requests of strangers.
    const authorization = `Bearer ${this.token}`
    const { status, text } = await ask(from, 'GET', `/channels/${this.id}/${what}`, {
      authorization,
    })
    if (status !== 200) throw new Error(`GET ${what} answered ${status}: ${text}`)
    return z.object({ items: z.array(item) }).parse(JSON.parse(text)).items
  }

  #headers(producer: string): Record<string, string> {
    return { authorization: `Bearer ${this.token}`, 'ccr-producer': producer }
  }
}

function parseLines(text: string): ServerLine[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => serverLineSchema.parse(JSON.parse(line)))
}
