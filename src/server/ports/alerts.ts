import type {
  Alert,
  AlertFields,
  Mention,
  Notification,
  VolumeNews,
} from '../../protocol/alerts.ts'
import type { Position } from '../../protocol/position.ts'
import type { ChannelFacts } from '../../query/match/filter-test.ts'
import type { LogEntry } from './log.ts'
import type { Passage } from './search.ts'

/** A place where a standing query is true. */
export interface Found {
  /** The query's key. */
  readonly key: string
  /** Names the cue that holds the match's first token, for ever; 16 letters and digits. */
  readonly place: string
  /** `mentions` is 1. */
  readonly passage: Passage
  /** ms; of its last cue. */
  readonly receivedMs: number
}

export interface Received {
  readonly entry: LogEntry
  /** ms; when it was in storage, or read from there. */
  readonly receivedMs: number
}

/** Entries of one channel, in order, as they come to be matched. */
export interface Heard {
  readonly channel: ChannelFacts
  /** What is on, in case its announcement was heard long ago. */
  readonly airing: { readonly id: string; readonly title: string } | null
  readonly entries: readonly Received[]
  readonly nowMs: number
}

/** Matches any number of queries as cues come. Nothing of it is kept on the disk. */
export interface Standing {
  /** Forgets all, and waits for these. `hear` is refused (`storage-unavailable`) until then. */
  begin(keys: readonly string[]): Promise<void>
  /** Adds queries by their keys, and removes others. A key is the query's canonical text. */
  listenFor(added: readonly string[], removed: readonly string[]): Promise<void>
  /** Drafts never come here, and later decodes of what was matched are passed over. */
  hear(heard: Heard): Promise<readonly Found[]>
  /**
   * What these queries, which were added late, find in what was heard already and aired since a time (RFC 3339): in what was
   * said last on each track, some 180 words. What is not decided yet is found later, as for all.
   */
  heardSince(keys: readonly string[], since: string, nowMs: number): Promise<readonly Found[]>
  /** What time has decided. */
  tick(nowMs: number): Promise<readonly Found[]>
}

/** A mention as it is first recorded. */
export interface NewMention {
  readonly mention: Omit<Mention, 'alsoOn' | 'repeats'>
  readonly run: string
  /** The cue it is known by. */
  readonly cue: number
  /** ms; not shown or told before: the channel's delay. */
  readonly releaseMs: number
  /** False = history only. */
  readonly isTold: boolean
  /** Repeats are looked for back to then, ms; null = it is not folded. */
  readonly foldSinceMs: number | null
}

export interface Recording {
  readonly channel: string
  /** Up to where it was heard with these; null = as it was kept. */
  readonly position: Position | null
  readonly mentions: readonly NewMention[]
}

/** Mentions of an alert that wait to be told. */
export interface Waiting {
  readonly alert: string
  readonly count: number
  /** ms; when the first was matched. */
  readonly firstMs: number
  /** ms; when the first may be told. */
  readonly releaseMs: number
}

/** A channel whose mentions may be shown now. */
export interface Shown {
  readonly channel: string
  /** ms; nothing that began before: the channel's retention. */
  readonly sinceMs: number
  /** ms; nothing that was matched later: the channel's delay. */
  readonly untilMs: number
}

export interface Telling {
  readonly alert: Alert
  readonly restated: string
  /** What may be shown to its owner; what may not is kept and never told. */
  readonly shown: readonly Shown[]
  readonly kind: 'mentions' | 'digest'
  readonly because: Notification['because']
  /** At most so many are quoted; the others are counted. */
  readonly most: number
  readonly nowMs: number
}

/** News that more is said than usual. */
export interface VolumeTelling {
  readonly alert: Alert
  readonly restated: string
  readonly shown: readonly Shown[]
  readonly news: VolumeNews
  /** At most so many mentions are quoted, the newest since `fromMs`. */
  readonly most: number
  readonly fromMs: number
  readonly nowMs: number
  /** ms; not handed over before. */
  readonly dueMs: number
}

export interface MentionsPage {
  readonly items: readonly Mention[]
  /** Opaque; null at the end. */
  readonly cursor: string | null
}

/**
 * Cues of a channel by their numbers, after one and up to another, in that order, from where the log is emptied into: what
 * was said of the last week. Fewer than `limit` are the last.
 */
export type AlertPast = (
  channel: string,
  after: number,
  to: number,
  limit: number,
) => Promise<readonly LogEntry[]>

/** Up to where a channel's log was heard. */
export type Place = readonly [channel: string, position: Position]

/** What was found of one alert on one day, UTC. */
export interface DayCount {
  readonly alert: string
  /** YYYY-MM-DD */
  readonly day: string
  readonly mentions: number
}

/**
 * Alerts and what they found, as any node asks for them and changes them. Every call is durable when it resolves, and rejects
 * with `storage-unavailable` (CcrError) when trying again can help.
 */
export interface AlertStore {
  /** Those of these ids that there are, or all (null), in the order in which they were made. */
  alerts(ids: readonly string[] | null): Promise<readonly Alert[]>
  /** `full` when the owner has `most` already. */
  add(owner: string, fields: AlertFields, most: number, nowMs: number): Promise<Alert | 'full'>
  /** `sinceMs`: what was aired before is not told; null = as it was. undefined when there is none. */
  change(id: string, fields: AlertFields, sinceMs: number | null): Promise<Alert | undefined>
  /** With all it has found. */
  remove(id: string): Promise<boolean>
  removeOwner(owner: string): Promise<void>
  /** A new secret address; the old one works no more. */
  createFeed(alert: string): Promise<string>
  alertOfFeed(secret: string): Promise<string | undefined>
  /** Newest first, repeats folded. */
  mentions(ask: {
    readonly alert: string
    readonly shown: readonly Shown[]
    readonly cursor: string | null
    readonly limit: number
  }): Promise<MentionsPage>
  /** Repeats left out. */
  counts(
    alerts: readonly string[],
    shown: readonly Shown[],
    sinceMs: number,
  ): Promise<readonly DayCount[]>
  /** For who leads `alerts` in this term (leadership.ts). */
  ledger(term: number): AlertLedger
}

/** Of a store that several nodes share. */
export interface AlertNews {
  /** Calls the listener soon after these alerts were made, changed or removed, here or elsewhere; null = some may have been. */
  onChange(listener: (ids: readonly string[] | null) => void, signal: AbortSignal): void
}

/**
 * What hearing and telling write down, on one node at a time: what changes something is refused (`fenced`, CcrError) once
 * another term has begun, and so a process that was paused adds nothing to what its successor does.
 *
 * A mention is recorded once, whatever is heard again: its id is the alert's and the cue's. What is to be told becomes a
 * notification in one step, which is then handed over until it is known to be, always under the same id.
 */
export interface AlertLedger {
  /**
   * Up to where each channel was heard; null = nothing was, since the first of these alerts was made. One that is missing
   * is heard from its beginning.
   */
  places(): Promise<readonly Place[] | null>
  keep(places: readonly Place[]): Promise<void>
  /** Mentions, and up to where their channels were heard with them: all or nothing. None of alerts that are gone. */
  record(recordings: readonly Recording[]): Promise<void>
  waiting(): Promise<readonly Waiting[]>
  /** Makes notifications of what waits and may be told by now. */
  tell(tellings: readonly Telling[]): Promise<void>
  /** Alerts that told of more than usual and were not calm since. */
  risen(): Promise<readonly string[]>
  /** Makes a notification and remembers the rise; nothing for an alert that is gone. */
  tellVolume(telling: VolumeTelling): Promise<void>
  calm(alert: string): Promise<void>
  /** Notifications that were not handed over and may be; `nextMs` = when the next may, null = none waits. */
  unhanded(
    nowMs: number,
  ): Promise<{ readonly due: readonly Notification[]; readonly nextMs: number | null }>
  handed(ids: readonly string[]): Promise<void>
  /** Notifications to each owner since a time. */
  toldSince(sinceMs: number): Promise<readonly (readonly [owner: string, atMs: number])[]>
  /** What a channel's retention, or a takedown, removes: what started before a time, or one cue. */
  forget(
    channel: string,
    what:
      | { readonly before: string }
      | { readonly run: string; readonly track: string; readonly cue: number },
  ): Promise<void>
}
