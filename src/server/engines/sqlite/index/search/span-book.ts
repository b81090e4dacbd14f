import type { Gap } from '../../../../../protocol/api.ts'
import type { LogEntry } from '../../../../ports/log.ts'
import { monthOf } from '../../volumes/months.ts'
import type { UnreadMonths } from './unread-months.ts'

/** Told again since the volumes were read; more than this and they are read again. */
const maxTold = 20_000

/** When gaps begin, and titles of programmes: of the volumes, and what the log has told since. */
export class SpanBook {
  readonly #months: UnreadMonths
  readonly #gaps = new Map<string, Map<string, Gap>>()
  readonly #titles = new Map<string, string>()
  readonly #filedGaps = new Map<number, ReadonlyMap<string, readonly Gap[]>>()
  readonly #filedTitles = new Map<number, ReadonlyMap<string, string>>()
  /** By month and channel; the same list while nothing changes. */
  readonly #starts = new Map<string, readonly number[]>()
  /** Another one when gaps may be other ones. */
  version = 0
  #told = 0

  constructor(months: UnreadMonths) {
    this.#months = months
  }

  /** Whether it has had enough, and wants to hear again what is in the log and not yet filed. */
  get isFull(): boolean {
    return this.#told > maxTold
  }

  take(entry: LogEntry): void {
    if (entry.type === 'airing') {
      this.#titles.set(titleKey(entry.value.channel, entry.value.id), entry.value.title)
      this.#told++
    }
    if (entry.type !== 'gap') return
    const { channel, id } = entry.value
    this.version++
    let gaps = this.#gaps.get(channel)
    if (gaps === undefined) this.#gaps.set(channel, (gaps = new Map<string, Gap>()))
    gaps.set(id, entry.value)
    this.#told++
    for (const key of this.#starts.keys()) if (key.endsWith(` ${channel}`)) this.#starts.delete(key)
  }

  forget(): void {
    this.#gaps.clear()
    this.#titles.clear()
    this.#told = 0
    this.readAgain()
  }

  /** Volumes may hold more than when they were read. */
  readAgain(): void {
    for (const map of [this.#filedGaps, this.#filedTitles, this.#starts]) map.clear()
    this.version++
  }

  /** When gaps of the channel begin in the month, ascending; those withdrawn left out. */
  gapStarts(channel: string, month: number): readonly number[] {
    const key = `${month} ${channel}`
    let starts = this.#starts.get(key)
    if (starts === undefined) {
      starts = this.#readStarts(channel, month)
      // Without the gaps of a month that cannot be read it is not kept.
      if (this.#filedGaps.has(month)) this.#starts.set(key, starts)
    }
    return starts
  }

  title(channel: string, airing: string, startMs: number): string | null {
    const key = titleKey(channel, airing)
    const told = this.#titles.get(key)
    if (told !== undefined) return told
    const month = monthOf(startMs)
    // A programme may have begun in the month before.
    return this.#filedTitle(month, key) ?? this.#filedTitle(month - 1, key) ?? null
  }

  #filedTitle(month: number, key: string): string | undefined {
    let titles = this.#filedTitles.get(month)
    if (titles === undefined) {
      const airings = this.#months.spans(month, 'airing')
      if (airings === undefined) return undefined
      titles = new Map(airings.map(({ channel, id, title }) => [titleKey(channel, id), title]))
      this.#filedTitles.set(month, titles)
    }
    return titles.get(key)
  }

  #readStarts(channel: string, month: number): readonly number[] {
    let filed = this.#filedGaps.get(month)
    if (filed === undefined) {
      const gaps = this.#months.spans(month, 'gap')
      filed = Map.groupBy(gaps ?? [], (gap) => gap.channel)
      if (gaps !== undefined) this.#filedGaps.set(month, filed)
      // What follows from gaps that could not be read is looked at again.
      else this.version++
    }
    const told = this.#gaps.get(channel)
    const untold = (filed.get(channel) ?? []).filter(({ id }) => told?.has(id) !== true)
    return [...untold, ...(told?.values() ?? [])]
      .filter(({ from, to }) => from !== to)
      .map(({ from }) => Date.parse(from))
      .filter((startMs) => monthOf(startMs) === month)
      .sort((a, b) => a - b)
  }
}

function titleKey(channel: string, airing: string): string {
  return `${channel} ${airing}`
}
