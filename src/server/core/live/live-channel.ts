import type { Airing, ChannelTrack, Cue } from '../../../protocol/api.ts'
import type { Draft, LiveEvent } from '../../../protocol/live/live.ts'
import type { Position } from '../../../protocol/position.ts'
import { CcrError, isStorageDown } from '../../../protocol/codes.ts'
import { isRemoved } from '../../../protocol/removed.ts'
import type { Archive } from '../../ports/archive.ts'
import type { Announcement } from '../../ports/broker.ts'
import type { Log, LogEntry } from '../../ports/log.ts'

/** Entries of a channel kept in memory: some five minutes, for readers that come back; older ones are read from the log. */
const tailEntries = 120
/** Younger entries are kept however many they are: streams take them within a tick. */
const tailMs = 1000
/** Cues kept for the snapshots of those who come. */
export const recentCues = 100
/** A draft whose feed is gone this long is taken off the screen. */
const draftLifeMs = 30_000
const entriesPerRead = 1000
/** Of a log whose archive is away, looked through for the newest cues. */
const entriesForRecent = 300
/** Newcomers do not wait for an archive that was away a moment ago. */
const askAgainMs = 10_000

interface TailEntry {
  readonly entry: LogEntry
  readonly storedAtMs: number
}

export interface LiveChannelOptions {
  readonly id: string
  readonly log: Log
  readonly archive: Archive
  /** Whether a producer is connected to any node, or may still come back within its lease. */
  readonly isFed: (channel: string) => boolean
  readonly now: () => number
}

/** The hot end of one channel's log, its drafts, and what a newcomer is shown. Readers pull from it; it knows none of them. */
export class LiveChannel {
  readonly id: string
  readonly #options: LiveChannelOptions
  #tail: TailEntry[] = []
  #tip: Position | undefined
  #recent: Cue[] = []
  #tracks: readonly ChannelTrack[] = []
  readonly #drafts = new Map<string, Draft>()
  #lastDraftMs = 0
  /** Grows with everything that readers could want to know. */
  changes = 0
  /** How old an entry must be before the tail lets go of it, for readers with a delay. */
  keepMs = tailMs
  #warming: Promise<void> | undefined
  #filling: Promise<void> | undefined
  /** A later decode of what newcomers are shown may have taken its place. */
  #isRevised = false
  /** When an archive that was away is asked again. */
  #warmAgainMs = Infinity

  constructor(options: LiveChannelOptions) {
    this.id = options.id
    this.#options = options
  }

  get tip(): Position | undefined {
    return this.#tip
  }

  /** Whether what is here goes as far as a position of the same log. */
  reaches({ epoch, seq }: Position): boolean {
    return this.#tip?.epoch === epoch && seq <= this.#tip.seq
  }

  get tracks(): readonly ChannelTrack[] {
    return this.#tracks
  }

  /** The newest cues by time, oldest first. */
  get recent(): readonly Cue[] {
    return this.#recent
  }

  /** The drafts by track; an ended one stays with an empty text until its track's next. */
  get drafts(): ReadonlyMap<string, Draft> {
    return this.#drafts
  }

  /**
   * Reads what was before this process, once, and again when text of the past was replaced; failing, the
   * next call tries again.
   */
  async warm(): Promise<void> {
    if (this.#isRevised || this.#options.now() >= this.#warmAgainMs) this.#warming = undefined
    this.#isRevised = false
    this.#warmAgainMs = Infinity
    this.#warming ??= this.#warm().catch((error: unknown) => {
      this.#warming = undefined
      throw error
    })
    await this.#warming
  }

  async #warm(): Promise<void> {
    const { recent, tip } = await this.#before()
    const newer = this.#recent
    this.#recent = recent
    for (const cue of newer) if (cue.position.seq > tip.seq) this.#remember(cue)
    this.#tip ??= tip
    await this.catchUp()
  }

  /** What was before this process: the newest cues by time, oldest first, and the position they are complete up to. */
  async #before(): Promise<{ recent: Cue[]; tip: Position }> {
    const { archive, log, id } = this.#options
    try {
      this.#tracks = await archive.tracks(id)
      const { cues, position } = await this.#archived()
      return { recent: [...cues].reverse(), tip: position }
    } catch (error) {
      if (!isStorageDown(error)) throw error
      // What the archive has is told when it is back; what was said lately may be in the log, where it is another engine.
      const tip = await log.tip(id)
      const from = { epoch: tip.epoch, seq: Math.max(0, tip.seq - entriesForRecent) }
      const page = await log.read(id, from, entriesForRecent)
      this.#warmAgainMs = this.#options.now() + askAgainMs
      const cues = page.ok ? page.entries.flatMap((e) => (e.type === 'cue' ? e.value : [])) : []
      return { recent: cues.slice(-recentCues), tip }
    }
  }

  async #archived(): Promise<{ cues: readonly Cue[]; position: Position }> {
    const { archive, log, id } = this.#options
    return await archive
      .cues({
        ...{ channel: id, from: null, to: null, tracks: null, order: 'newest' as const },
        ...{ cursor: null, limit: recentCues, run: null },
      })
      .catch(async (error: unknown) => {
        // What is said from now on can be followed, whatever has become of what was said before.
        if (!(error instanceof CcrError) || error.code !== 'storage-damaged') throw error
        return { cues: [], position: await log.tip(id) }
      })
  }

  /** Reads what the log has beyond what was announced here: an announcement may have been lost, or gone to another node. */
  async catchUp(): Promise<void> {
    if (this.#tip === undefined) return
    // Failing, the next announcement tries again.
    this.#filling ??= this.#fill()
      .catch((error: unknown) => {
        if (!isStorageDown(error)) throw error
      })
      .finally(() => {
        this.#filling = undefined
      })
    await this.#filling
  }

  /**
   * Has the tail hold what was stored in the last `ms`, for readers with a delay: whatever this process did not hear itself
   * comes from the log, as far as that reaches.
   */
  async reachBack(ms: number): Promise<void> {
    const { log, id, now } = this.#options
    this.keepMs = Math.max(this.keepMs, ms)
    while (this.#tip !== undefined) {
      const { epoch } = this.#tip
      const [first] = this.#tail
      const last = this.#lastBefore()
      if (last === 0 || (first !== undefined && first.storedAtMs < now() - ms)) return
      const since = { epoch, seq: Math.max(0, last - entriesPerRead) }
      let page = await log.read(id, since, last - since.seq)
      if (!page.ok && page.oldest.epoch === epoch && page.oldest.seq < last)
        page = await log.read(id, page.oldest, last - page.oldest.seq)
      if (!page.ok || page.entries.length === 0) return
      // Something was forgotten, or begun anew, meanwhile.
      if (this.#tip.epoch !== epoch || this.#lastBefore() !== last) continue
      const nowMs = now()
      const before = page.entries.map((entry) => ({
        entry,
        storedAtMs: Math.min(nowMs, toldMs(entry)),
      }))
      this.#tail.unshift(...before)
    }
  }

  /** The last position before the tail. */
  #lastBefore(): number {
    const first = this.#tail[0]?.entry.value.position.seq ?? (this.#tip?.seq ?? 0) + 1
    return first - 1
  }

  /** The last position up to which everything was stored at `untilMs` at the latest, as far as the tail tells. */
  seqAt(untilMs: number): number {
    const young = this.#tail.find(({ storedAtMs }) => storedAtMs > untilMs)
    return (young?.entry.value.position.seq ?? (this.#tip?.seq ?? 0) + 1) - 1
  }

  take(announcement: Announcement): void {
    switch (announcement.type) {
      case 'entries':
        this.#takeEntries(announcement.entries)
        break
      case 'draft':
        this.#drafts.set(announcement.draft.track, announcement.draft)
        this.#lastDraftMs = this.#options.now()
        break
      case 'run-end':
        for (const [track, draft] of this.#drafts)
          if (draft.run === announcement.run) this.#endDraft(track, draft)
        break
      case 'feed':
      case 'producer':
        return
    }
    this.changes++
  }

  /** Takes the drafts of a feed that is gone off the screen. */
  expireDrafts(): void {
    const { isFed, now, id } = this.#options
    if (isFed(id) || now() - this.#lastDraftMs < draftLifeMs) return
    for (const [track, draft] of this.#drafts) if (draft.text !== '') this.#endDraft(track, draft)
  }

  /**
   * Entries after `seq` that were stored at `untilMs` at the latest; undefined when the tail does not
   * reach back that far.
   */
  after(seq: number, untilMs: number): LogEntry[] | undefined {
    const tip = this.#tip?.seq ?? 0
    if (seq >= tip) return []
    const first = this.#tail[0]?.entry.value.position.seq ?? tip + 1
    if (seq < first - 1) return undefined
    const found: LogEntry[] = []
    for (let i = seq + 1 - first; i < this.#tail.length; i++) {
      const kept = this.#tail[i]
      if (kept === undefined || kept.storedAtMs > untilMs) break
      found.push(kept.entry)
    }
    return found
  }

  /** What is in memory up to `seq`, in order of storage: the tail, and the newest cues from before it. */
  tail(untilSeq: number): LogEntry[] {
    const first = this.#tail[0]?.entry.value.position.seq ?? Infinity
    const before = this.#recent
      .filter(({ position }) => position.seq < first && position.seq <= untilSeq)
      .sort((a, b) => a.position.seq - b.position.seq)
      .map((value) => ({ type: 'cue' as const, late: false, value }))
    const kept = this.#tail
      .map(({ entry }) => entry)
      .filter(({ value }) => value.position.seq <= untilSeq)
    return [...before, ...kept]
  }

  #takeEntries(entries: readonly LogEntry[]): void {
    const first = entries[0]?.value.position
    if (first === undefined) return
    const isNext =
      this.#tip === undefined || (this.#tip.epoch === first.epoch && this.#tip.seq + 1 >= first.seq)
    if (this.#tip !== undefined && this.#tip.epoch !== first.epoch) this.#restart(first.epoch)
    if (!isNext || this.#filling !== undefined) {
      // An announcement was lost; the log has what it said.
      void this.catchUp()
      return
    }
    for (const entry of entries) this.#add(entry)
  }

  async #fill(): Promise<void> {
    const { log, id } = this.#options
    for (;;) {
      if (this.#tip === undefined) return
      const page = await log.read(id, this.#tip, entriesPerRead)
      if (!page.ok) {
        const { position, oldest } = page
        // What is not reached is told by the archive; the last of it is in the log, and perhaps nowhere else yet.
        const seq = Math.max(oldest.seq, position.seq - entriesForRecent)
        const isAgain = this.#tip.epoch === position.epoch && this.#tip.seq >= seq
        this.#restart(position.epoch)
        this.#tip = isAgain ? position : { epoch: position.epoch, seq }
        if (isAgain) return
        continue
      }
      for (const entry of page.entries) this.#add(entry)
      if (page.entries.length < entriesPerRead) return
    }
  }

  /** Another log under the same name: what was held of the old one means nothing there. */
  #restart(epoch: string): void {
    this.#tail = []
    this.#recent = []
    this.#tip = { epoch, seq: 0 }
    // Newcomers are shown what the archive has.
    this.#isRevised = true
    this.changes++
  }

  #add(entry: LogEntry): void {
    const { position } = entry.value
    if (this.#tip !== undefined && position.seq <= this.#tip.seq && this.#tail.length > 0) return
    this.#tip = position
    const nowMs = this.#options.now()
    this.#tail.push({ entry, storedAtMs: nowMs })
    this.#trim(nowMs)
    this.changes++
    if (entry.type === 'removed') {
      this.#recent = this.#recent.filter((cue) => !isRemoved(cue, entry.value))
      return
    }
    if (entry.type !== 'cue') return
    const cue = entry.value
    // Not of now: newcomers get it out of the archive once all of it is there.
    if (cue.of !== undefined) {
      this.#isRevised = true
      return
    }
    this.#remember(cue)
    this.#learnTrack(cue)
    const draft = this.#drafts.get(cue.track)
    if (draft?.run === cue.run && draft.id <= cue.id) this.#endDraft(cue.track, draft)
  }

  #trim(nowMs: number): void {
    if (this.#tail.length < tailEntries * 1.25) return
    let drop = this.#tail.length - tailEntries
    while (drop > 0 && nowMs - (this.#tail[drop - 1]?.storedAtMs ?? 0) < this.keepMs) drop--
    if (drop > 0) this.#tail.splice(0, drop)
  }

  #remember(cue: Cue): void {
    let at = this.#recent.length
    while (at > 0 && (this.#recent[at - 1]?.start ?? '') > cue.start) at--
    this.#recent.splice(at, 0, cue)
    if (this.#recent.length > recentCues) this.#recent.shift()
  }

  #learnTrack({ track, language }: Cue): void {
    const known = this.#tracks.find((one) => one.track === track)
    if (known?.language === language) return
    this.#tracks = [...this.#tracks.filter((one) => one !== known), { track, language }]
  }

  #endDraft(track: string, draft: Draft): void {
    this.#drafts.set(track, { ...draft, text: '' })
    this.changes++
  }
}

/** When an entry was stored at the earliest: when what it tells of was over, or had begun. */
function toldMs({ type, value }: LogEntry): number {
  if (type === 'removed') return 0
  if (type === 'airing') return Date.parse(value.start)
  return Date.parse(type === 'cue' ? value.end : (value.to ?? value.from))
}

/** What a log entry is to a live reader. */
export function eventOf(entry: LogEntry): LiveEvent {
  switch (entry.type) {
    case 'cue':
      return entry.late
        ? { type: 'cue', late: true, ...entry.value }
        : { type: 'cue', ...entry.value }
    case 'airing':
      return { type: 'airing', ...entry.value }
    case 'gap':
      return { type: 'gap', ...entry.value }
    case 'removed':
      return { type: 'removed', ...entry.value }
  }
}

/** For a snapshot of a channel, what is on now. */
export type AiringOf = (channel: string) => Airing | null
