import { until } from './processes.ts'

/** Somebody at a browser, as far as a server sees them: a cookie that is kept, and the origin that pages send. */
export class Person {
  readonly url: string
  cookie = ''
  origin: string

  constructor(url: string) {
    this.url = url
    this.origin = url
  }

  async ask(
    method: string,
    path: string,
    body?: unknown,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers: Record<string, string> = { ...more }
    if (this.cookie !== '') headers['cookie'] = this.cookie
    if (method !== 'GET' && this.origin !== '') headers['origin'] = this.origin
    if (body !== undefined) headers['content-type'] = 'application/json'
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const set = answer.headers.get('set-cookie')
    if (set !== null) this.cookie = set.split(';', 1)[0] ?? ''
    return answer
  }

  /** What a GET answers, as JSON. */
  async get<T>(path: string): Promise<T> {
    const answer = await this.ask('GET', path)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  /** Opens the link of a letter or a console, and presses its button. */
  async enter(link: string, email?: string): Promise<Response> {
    const token = link.slice(link.indexOf('#token=') + 7)
    return this.ask('POST', '/sign-in/link', { token, ...(email === undefined ? {} : { email }) })
  }
}

export interface OutboxLetter {
  readonly id: number
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** The newest letter to an address that an administrator finds in the outbox, once there are so many. */
export async function letterTo(
  admin: { get: <T>(path: string) => Promise<T> },
  to: string,
  count = 1,
): Promise<OutboxLetter> {
  let newest: number | undefined
  await until(`letter ${count} to ${to}`, async () => {
    const { items } = await admin.get<{ items: OutboxLetter[] }>('/admin/outbox')
    const mine = items.filter((letter) => letter.to === to)
    newest = mine[0]?.id
    return mine.length >= count
  })
  return admin.get<OutboxLetter>(`/admin/outbox/${newest ?? 0}`)
}

export function linkIn(text: string): string {
  const [link] = /http\S+#token=\S+/.exec(text) ?? []
  if (link === undefined) throw new Error(`no link in ${text}`)
  return link
}
