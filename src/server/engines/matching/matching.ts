import { createHash } from 'node:crypto'
import type { Cue } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import { parseQuery } from '../../../query/language/parse.ts'
import { StandingIndex, type StandingHit } from '../../../query/standing/standing-index.ts'
import type { Found, Heard, Received } from '../../ports/alerts.ts'

/** Cues of a track that are held to show what was said around a match: those of the matcher's window and a few. */
const keptCues = 80
const keptStreams = 64
/** Cues that are shown before a match and after it. */
const contextCues = 2
/** Airings whose cues may still come. */
const keptTitles = 20

interface HeldCue {
  readonly cue: Cue
  readonly receivedMs: number
}

interface ChannelMemory {
  facts: string
  readonly titles: Map<string, string>
  /** By track and run. */
  readonly recent: Map<string, HeldCue[]>
}

/** The standing queries, and what was said last around them. */
export class Matching {
  #index = new StandingIndex()
  readonly #channels = new Map<string, ChannelMemory>()
  #isBegun = false

  begin(keys: readonly string[]): void {
    this.#index = new StandingIndex()
    this.#channels.clear()
    this.listenFor(keys, [])
    this.#isBegun = true
  }

  listenFor(added: readonly string[], removed: readonly string[]): void {
    for (const key of removed) this.#index.remove(key)
    for (const key of added) {
      const parsed = parseQuery(key)
      if (!parsed.ok || parsed.query.kind !== 'text')
        throw new RangeError(`the standing query ${key} cannot be read`)
      this.#index.add(key, parsed.query.expression)
    }
  }

  hear({ channel, airing, entries, nowMs }: Heard): Found[] {
    // A thread that was started again knows no queries: silence would lose what they wait for.
    if (!this.#isBegun)
      throw new CcrError('storage-unavailable', 'The matcher has to be told its queries anew.')
    const memory = this.#memory(channel)
    if (airing !== null) this.#learn(memory, airing)
    return entries.flatMap(({ entry, receivedMs }: Received) => {
      switch (entry.type) {
        case 'cue':
          // What was decoded again was matched when it was first heard.
          return entry.value.of === undefined
            ? this.#take(memory, { cue: entry.value, receivedMs }, nowMs)
            : []
        case 'gap':
          return this.#found(this.#index.gap(entry.value), nowMs)
        case 'airing':
          this.#learn(memory, entry.value)
          return []
        case 'removed':
          return []
      }
    })
  }

  heardSince(keys: readonly string[], since: string, nowMs: number): Found[] {
    return this.#found(this.#index.heardSince(keys, since), nowMs)
  }

  tick(nowMs: number): Found[] {
    return this.#found(this.#index.tick(nowMs), nowMs)
  }

  #memory(channel: Heard['channel']): ChannelMemory {
    let memory = this.#channels.get(channel.id)
    if (memory === undefined) {
      memory = { facts: '', titles: new Map(), recent: new Map() }
      this.#channels.set(channel.id, memory)
    }
    const facts = JSON.stringify(channel)
    if (facts !== memory.facts) {
      memory.facts = facts
      const { titles } = memory
      this.#index.describe(channel, (cue) => titles.get(cue.airing ?? '') ?? null)
    }
    return memory
  }

  #take(memory: ChannelMemory, held: HeldCue, nowMs: number): Found[] {
    const { cue } = held
    const key = `${cue.track} ${cue.run}`
    const cues = memory.recent.get(key) ?? []
    memory.recent.delete(key)
    memory.recent.set(key, cues)
    cues.push(held)
    if (cues.length > keptCues) cues.splice(0, cues.length - keptCues / 2)
    const [oldest] = memory.recent.keys()
    if (memory.recent.size > keptStreams && oldest !== undefined) memory.recent.delete(oldest)
    // What time decides is counted from when it came, however long it lay here.
    return this.#found(this.#index.take(cue, held.receivedMs), nowMs)
  }

  #learn({ titles }: ChannelMemory, { id, title }: { id: string; title: string }): void {
    titles.delete(id)
    titles.set(id, title)
    const [oldest] = titles.keys()
    if (titles.size > keptTitles && oldest !== undefined) titles.delete(oldest)
  }

  #found(hits: readonly StandingHit[], nowMs: number): Found[] {
    return hits.map(({ key, channel, match: { cues } }) => {
      const [{ cue: first }] = cues
      const last = cues.at(-1)?.cue ?? first
      const memory = this.#channels.get(channel)
      const recent = memory?.recent.get(`${first.track} ${first.run}`) ?? []
      const from = recent.findIndex(({ cue }) => cue.id === first.id)
      const to = recent.findIndex(({ cue }) => cue.id === last.id)
      const some = (begin: number, end: number): Cue[] =>
        recent.slice(Math.max(0, begin), end).map(({ cue }) => cue)
      const isHeld = from >= 0 && to >= from
      const { airing } = first
      return {
        key,
        place: placeOf(first),
        receivedMs: recent[to]?.receivedMs ?? nowMs,
        passage: {
          ...{ channel, run: first.run, track: first.track, mentions: 1, cues },
          airing:
            airing === null ? null : { id: airing, title: memory?.titles.get(airing) ?? null },
          all: isHeld ? some(from, to + 1) : cues.map(({ cue }) => cue),
          before: isHeld ? some(from - contextCues, from) : [],
          after: isHeld ? some(to + 1, to + 1 + contextCues) : [],
        },
      }
    })
  }
}

function placeOf({ channel, run, track, id }: Cue): string {
  return createHash('sha256').update(`${channel}/${run}/${track}/${id}`).digest('hex').slice(0, 16)
}
