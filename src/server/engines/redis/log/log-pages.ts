import type { Position } from '../../../../protocol/position.ts'
import type { LogEntry, LogPage } from '../../../ports/log.ts'
import { isOver, removedItem } from '../../rules/retention.ts'
import { numberAt, textAt } from './answers.ts'
import type { BookOpener } from './book-opener.ts'
import { logKeys } from './log-keys.ts'
import { eraseScript, forgetScript, readScript } from './log-scripts.ts'
import { ours } from './redis-book.ts'

/** Items of a stream that are asked for at once: appends, which mostly have one or two entries. */
const mostItems = 200

/** What one append told readers. */
interface Item {
  readonly id: string
  readonly entries: readonly LogEntry[]
}

interface Items {
  readonly position: Position
  readonly oldest: Position
  readonly forgottenMs: number | null
  readonly isKept: boolean
  readonly items: readonly Item[]
}

/** Reads what readers see, and removes from it what is past a channel's retention. */
export class LogPages {
  readonly #opener: BookOpener

  constructor(opener: BookOpener) {
    this.#opener = opener
  }

  async read(channel: string, since: Position, limit: number): Promise<LogPage> {
    const found: LogEntry[] = []
    let after = since.seq
    for (;;) {
      const count = Math.min(mostItems, limit - found.length)
      const page = await this.#items(channel, { ...since, seq: after }, count)
      const { position, oldest, items, forgottenMs } = page
      if (!page.isKept) return { ok: false, position, oldest }
      const last = items.length < count ? position.seq : tipOf(items.at(-1))
      const entries = items.flatMap((item) => item.entries)
      const fresh = entries.filter(({ value }) => value.position.seq > after)
      found.push(
        ...(forgottenMs === null
          ? fresh
          : whole(channel, fresh, { ...since, seq: after }, last, forgottenMs)),
      )
      after = last
      if (after >= position.seq || found.length >= limit)
        return { ok: true, entries: found.slice(0, limit), position }
    }
  }

  /** What began before a time is read as `removed` from now on; what the archive has of it leaves the log. */
  async forget(channel: string, beforeMs: number): Promise<void> {
    const { rest } = await this.#opener.run(channel, forgetScript, [], [beforeMs])
    const [earliest, archived] = [textAt(rest, 0), numberAt(rest, 1)]
    if (earliest === '' || Number(earliest) >= beforeMs) return
    const { epoch, items } = await this.#all(channel)
    const isPast = pastOf(items, beforeMs)
    const erased = new Set(
      items.filter((item) => versionOf(item) <= archived && item.entries.every(isPast)),
    )
    const left = items.filter((item) => !erased.has(item)).flatMap(({ entries }) => entries)
    const first = left.reduce((ms, entry) => Math.min(ms, beginOf(entry)), Infinity)
    await this.#opener.run(
      channel,
      eraseScript,
      [logKeys(channel).entries(epoch)],
      [earliest, first === Infinity ? '' : first, ...[...erased].map(({ id }) => id)],
    )
  }

  async #all(channel: string): Promise<{ readonly epoch: string; readonly items: Item[] }> {
    const { head, values } = await this.#opener.look(channel, ['floor'])
    const all: Item[] = []
    let seq = Number(values[0] ?? 0)
    for (;;) {
      const { items, isKept } = await this.#items(channel, { epoch: head.epoch, seq }, mostItems)
      all.push(...items)
      if (!isKept || items.length < mostItems) return { epoch: head.epoch, items: all }
      seq = tipOf(items.at(-1))
    }
  }

  async #items(channel: string, since: Position, count: number): Promise<Items> {
    const { rest } = await this.#opener.run(
      channel,
      readScript,
      [logKeys(channel).entries(since.epoch)],
      [since.epoch, since.seq, count],
    )
    const epoch = textAt(rest, 0)
    const forgotten = textAt(rest, 3)
    const items: Item[] = []
    for (let i = 5; i < rest.length; i += 2)
      items.push({ id: textAt(rest, i), entries: ours<LogEntry[]>(textAt(rest, i + 1), []) })
    return {
      position: { epoch, seq: numberAt(rest, 1) },
      oldest: { epoch, seq: numberAt(rest, 2) },
      forgottenMs: forgotten === '' ? null : Number(forgotten),
      isKept: textAt(rest, 4) === '1',
      items,
    }
  }
}

function tipOf(item: Item | undefined): number {
  return Number(item?.id.split('-')[0] ?? 0)
}

function versionOf({ id }: Item): number {
  return Number(id.split('-')[1])
}

function beginOf({ type, value }: LogEntry): number {
  if (type === 'removed') return Infinity
  return Date.parse('start' in value ? value.start : value.from)
}

/** Whether a retention has passed over an entry; every telling of an airing or gap goes by its last. */
function pastOf(items: readonly Item[], beforeMs: number): (entry: LogEntry) => boolean {
  const told = items.flatMap(({ entries }) => entries)
  const last = new Map(told.map((entry) => [keyOf(entry), entry]))
  return (entry) => isPast(last.get(keyOf(entry)) ?? entry, beforeMs)
}

function keyOf({ type, value }: LogEntry): string {
  if (type === 'airing' || type === 'gap') return `${type} ${value.id}`
  return String(value.position.seq)
}

function isPast({ type, value }: LogEntry, beforeMs: number): boolean {
  if (type === 'cue') return Date.parse(value.start) < beforeMs
  return type !== 'removed' && isOver(value, beforeMs)
}

/** A page in which what is past stands as removed, and what was erased as news of all that is past. */
function whole(
  channel: string,
  entries: readonly LogEntry[],
  { epoch, seq: after }: Position,
  last: number,
  forgottenMs: number,
): LogEntry[] {
  const bySeq = new Map(entries.map((entry) => [entry.value.position.seq, entry]))
  const before = new Date(forgottenMs).toISOString()
  const page: LogEntry[] = []
  for (let seq = after + 1; seq <= last; seq++) {
    const entry = bySeq.get(seq)
    if (entry === undefined) {
      const value = { channel, position: { epoch, seq }, what: 'past' as const, before }
      page.push({ type: 'removed', value })
    } else if (isPast(entry, forgottenMs)) {
      page.push({ type: 'removed', value: removedItem(entry) })
    } else page.push(entry)
  }
  return page
}
