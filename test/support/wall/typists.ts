import { captionRow } from '../../../bench/captions.ts'
import { openSqliteDirectory } from '../../../src/server/engines/sqlite/sqlite-directory.ts'
import { Feed } from '../feed.ts'
import { addChannel, type Server } from '../processes.ts'

/**
 * Channels on which people type: direct roll-up, letters as they come, about 180 words a minute each. What is said
 * is the same in every run.
 */

/** Two letters at a time, as line 21 carries them, some eight times a second. */
const everyMs = 125
const lettersAtOnce = 2
/** A fifth of them types at a time, so that their letters do not come together. */
const steps = 5
/** Rows that each sends before it waits for what it is told of them. */
const rowsAtOnce = 20

export interface Typists extends AsyncDisposable {
  readonly channels: readonly string[]
  /** Rows that were finished by all of them. */
  readonly rows: number
  /** So many rows more of each, as fast as the server takes them; letters rest meanwhile. */
  hurry(rows: number): Promise<void>
}

/** Channels `wall-01` … with a second track on every tenth; to be called before the server starts. */
export async function addTypists(dataDir: string, count: number): Promise<string> {
  for (const id of namesOf(count)) await addChannel(dataDir, id)
  await using directory = openSqliteDirectory(dataDir)
  for (const [n, id] of namesOf(count).entries()) {
    const known = directory.channel(id)
    if (known === undefined) throw new Error(`no ${id}`)
    const network = n % 3 === 0 ? 'Harbour One' : n % 3 === 1 ? 'River Group' : null
    await directory.replaceChannel({ ...known, name: nameOf(n), network })
  }
  return (await directory.createToken('admin', 'typists', null)).token
}

export async function startTypists(server: Server, token: string, count: number): Promise<Typists> {
  const channels = namesOf(count)
  const typists = await Promise.all(
    channels.map(async (channel, n) => {
      const typist = new Typist(server, channel, token, n)
      await typist.open()
      return typist
    }),
  )
  let turn = 0
  let rests = false
  const timer = setInterval(() => {
    if (!rests)
      for (const [n, typist] of typists.entries()) if (n % steps === turn % steps) typist.type()
    turn++
  }, everyMs / steps)
  return {
    channels,
    get rows() {
      return typists.reduce((sum, { rows }) => sum + rows, 0)
    },
    async hurry(rows) {
      rests = true
      await Promise.all(typists.map((typist) => typist.hurry(rows)))
      rests = false
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await Promise.all(typists.map((typist) => typist.close()))
    },
  }
}

function namesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `wall-${String(n + 1).padStart(2, '0')}`)
}

const first = ['Harbour', 'River', 'Northern', 'Quiet', 'Island', 'Metro', 'Coast', 'Valley']
const second = ['News', 'Sport', 'Cinema', 'Parliament', 'Kids', 'Weather', 'Business']

function nameOf(n: number): string {
  return `${first[n % first.length] ?? ''} ${second[n % second.length] ?? ''} ${n + 1}`
}

/** What a typist says: every fourth row begins with another speaker, every third ends a sentence. */
export function typedRow(typist: number, n: number): string {
  return `${n % 4 === 0 ? '>> ' : ''}${captionRow(typist, n)}${n % 3 === 2 ? '.' : ''}`
}

class Typist {
  readonly #feed: Feed
  readonly #n: number
  #seq = 0
  #letters: number
  #start = ''
  rows = 0

  constructor(server: Server, channel: string, token: string, n: number) {
    this.#n = n
    // Each is somewhere else in its row.
    this.#letters = (n * 7) % 28
    this.#feed = new Feed(server, channel, {
      authorization: `Bearer ${token}`,
      'ccr-producer': crypto.randomUUID(),
    })
  }

  async open(): Promise<void> {
    await this.#feed.wait(({ type }) => type === 'welcome')
    this.#durable({
      ...{ type: 'run', run: 'r1', startedAt: new Date().toISOString(), live: true },
      ...{ source: 'test', extractor: 'test', decoder: 'test' },
      tracks: [
        { track: 'CC1', language: 'en' },
        ...(this.#n % 10 === 0 ? [{ track: 'CC3', language: 'es' }] : []),
      ],
    })
    await this.#feed.ack(this.#seq)
  }

  type(): void {
    const row = typedRow(this.#n, this.rows)
    if (this.#start === '') this.#start = new Date().toISOString()
    this.#letters += lettersAtOnce
    if (this.#letters >= row.length) this.#finish(row)
    else this.#feed.send({ type: 'draft', ...this.#line(), text: row.slice(0, this.#letters) })
  }

  async hurry(rows: number): Promise<void> {
    for (let n = 1; n <= rows; n++) {
      if (this.#start === '') this.#start = new Date().toISOString()
      this.#finish(typedRow(this.#n, this.rows))
      if (n % rowsAtOnce === 0 || n === rows) await this.#acknowledged()
    }
  }

  async close(): Promise<void> {
    await this.#feed.end()
  }

  #line(): object {
    return { run: 'r1', track: 'CC1', id: this.rows + 1, start: this.#start, mode: 'roll-up' }
  }

  #finish(row: string): void {
    this.#durable({ type: 'cue', ...this.#line(), end: new Date().toISOString(), text: row })
    this.rows++
    this.#letters = 0
    this.#start = ''
  }

  #durable(event: object): void {
    this.#feed.send({ seq: ++this.#seq, ...event })
  }

  async #acknowledged(): Promise<void> {
    await this.#feed.ack(this.#seq)
    // Looked through for each of them: what is known is let go of.
    this.#feed.lines.length = 0
  }
}
