import assert from 'node:assert/strict'
import { Viewer } from '../live.ts'

/** One event with a position, as a live reader was told it. */
export interface Told {
  readonly type: string
  readonly seq: number
  /** `run track id` of a cue. */
  readonly cue: string | null
}

/** A live reader of one channel: what it was told, and how often it was told that something is missing. */
export interface Watcher extends Disposable {
  readonly what: string
  readonly isOpen: boolean
  readonly told: readonly Told[]
  readonly incomplete: number
}

interface LiveMessage {
  readonly type: string
  readonly complete?: boolean
  readonly cues?: readonly LiveMessage[]
  readonly position?: { readonly seq: number }
  readonly run?: string
  readonly track?: string
  readonly id?: number | string
}

/** Collects; a snapshot tells the cues before it, of which some may be known. */
class Collection {
  readonly told: Told[] = []
  incomplete = 0
  isOpen = false

  take(message: LiveMessage): void {
    if (message.type === 'snapshot') {
      this.isOpen = true
      if (message.complete === false) this.incomplete++
      for (const cue of message.cues ?? [])
        if (!this.told.some(({ seq }) => seq === cue.position?.seq))
          this.#add({ ...cue, type: 'cue' })
    } else if (message.position !== undefined && message.type !== 'draft') this.#add(message)
  }

  #add({ type, position, run, track, id }: LiveMessage): void {
    const cue = type === 'cue' ? `${run} ${track} ${id}` : null
    this.told.push({ type, seq: position?.seq ?? 0, cue })
  }
}

/** Over WebSocket, by the client that the website uses. */
export function watchSocket(url: () => string, channel: string): Watcher {
  const viewer = new Viewer(url).follow(channel, undefined, { backlog: 0 })
  const collected = (): Collection => {
    const collection = new Collection()
    for (const event of viewer.events) collection.take(event as unknown as LiveMessage)
    return collection
  }
  return {
    what: `${channel} over WebSocket`,
    get isOpen() {
      return collected().isOpen
    },
    get told() {
      return collected().told
    },
    get incomplete() {
      return collected().incomplete
    },
    [Symbol.dispose]: () => viewer[Symbol.dispose](),
  }
}

/** Over server-sent events, coming back with the last id as a browser does. */
export function watchEvents(url: () => string, channel: string): Watcher {
  const collection = new Collection()
  const stopped = new AbortController()
  let lastId: string | undefined
  const read = async (): Promise<void> => {
    const headers = lastId === undefined ? {} : { 'last-event-id': lastId }
    const address = `${url()}/api/v1/channels/${channel}/live?backlog=0`
    const answer = await fetch(address, { headers, signal: stopped.signal })
    if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`)
    let rest = ''
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + part).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const field = (name: string): string | undefined =>
          new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
        lastId = field('id') ?? lastId
        const data = field('data')
        if (data !== undefined)
          collection.take({ type: field('event'), ...JSON.parse(data) } as LiveMessage)
      }
    }
  }
  void (async () => {
    while (!stopped.signal.aborted) {
      // The server dies again and again; that is what this is for.
      await read().catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  })()
  return {
    what: `${channel} over server-sent events`,
    get isOpen() {
      return collection.isOpen
    },
    told: collection.told,
    get incomplete() {
      return collection.incomplete
    },
    [Symbol.dispose]: () => stopped.abort(),
  }
}

/** `isKept`: the log keeps everything, so that a reader that comes back must be told all it missed. */
export function checkWatcher(
  watcher: Watcher,
  archived: ReadonlySet<string>,
  isKept: boolean,
): void {
  const { what, told } = watcher
  const seqs = told.map(({ seq }) => seq)
  for (const [n, seq] of seqs.entries())
    assert.ok(n === 0 || seq > (seqs[n - 1] ?? 0), `${what}: ${seq} came after ${seqs[n - 1]}`)
  const cues = told.flatMap(({ cue }) => cue ?? [])
  const unknown = cues.filter((cue) => !archived.has(cue))
  assert.deepEqual(unknown, [], `${what}: what was shown is in the archive`)
  if (!isKept) return
  assert.equal(watcher.incomplete, 0, `${what}: nothing was missed`)
  assert.deepEqual(
    seqs,
    seqs.map((_, n) => n + 1),
    `${what}: positions are contiguous from 1`,
  )
  assert.equal(cues.length, archived.size, `${what}: all that is in the archive was shown`)
}
