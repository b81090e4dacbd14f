import type { Airing, Cue, Gap, Removed } from '../../protocol/api.ts'
import type { Draft, LiveEvent } from '../../protocol/live/live.ts'
import { isRemoved } from '../../protocol/removed.ts'

/** Lines a feed keeps when nobody reads back; more stay while somebody does. */
export const keptCues = 300

/** What is known of one channel's captions in this page. Snapshots are immutable, so that React can compare them. */
export interface FeedView {
  /** By start, then track, run, id. */
  readonly cues: readonly Cue[]
  readonly airings: readonly Airing[]
  readonly gaps: readonly Gap[]
  /** Grows when text of the past was decoded anew: what is held is to be listed again. */
  readonly revised: number
  /** The server could not tell all that was missed. */
  readonly isIncomplete: boolean
  /** The server does not let this page follow the channel: there is none, or it is not open. */
  readonly isRefused: boolean
}

const emptyView: FeedView = {
  ...{ cues: [], airings: [], gaps: [], revised: 0, isIncomplete: false, isRefused: false },
}

/** Cues and drafts of one channel, merged by identity from live events and from pages of the archive. */
export class ChannelFeed {
  readonly channel: string
  #view = emptyView
  #drafts: readonly Draft[] = []
  readonly #viewListeners = new Set<() => void>()
  readonly #draftListeners = new Set<() => void>()
  #readers = 0
  /** Lines that began before this were let go of; they come back as pages of the archive only. */
  #floor: string | null = null
  #beginsAnew = false
  readonly #relays = new Set<ChannelFeed>()

  constructor(channel: string) {
    this.channel = channel
  }

  readonly view = (): FeedView => this.#view
  readonly drafts = (): readonly Draft[] => this.#drafts

  readonly onView = (listener: () => void): (() => void) => {
    this.#viewListeners.add(listener)
    return () => this.#viewListeners.delete(listener)
  }

  readonly onDrafts = (listener: () => void): (() => void) => {
    this.#draftListeners.add(listener)
    return () => this.#draftListeners.delete(listener)
  }

  /** Until the returned function is called, somebody reads back, and nothing is let go of. */
  read(): () => void {
    this.#readers++
    return () => {
      this.#readers--
    }
  }

  /** The next snapshot does not continue what is held. */
  beginAnew(): void {
    for (const relay of this.#relays) relay.beginAnew()
    this.#beginsAnew = true
  }

  /**
   * Until the returned function is called, another feed of the channel, which holds everything of some time up to the
   * present, is told what this one is told: the past that somebody reads becomes the present without a seam.
   */
  relayTo(other: ChannelFeed): () => void {
    const { cues, airings, gaps } = this.#view
    const first = other.#view.cues[0]?.start ?? ''
    other.addCues(cues.filter(({ start }) => start >= first))
    other.addAirings(airings)
    other.addGaps(gaps.filter(({ from }) => from >= first))
    other.#setDrafts(this.#drafts)
    this.#relays.add(other)
    return () => {
      this.#relays.delete(other)
      other.#setDrafts([])
    }
  }

  refuse(): void {
    for (const relay of this.#relays) relay.refuse()
    this.#setDrafts([])
    this.#change({ isRefused: true })
  }

  take(event: LiveEvent): void {
    for (const relay of this.#relays) relay.take(event)
    switch (event.type) {
      case 'snapshot':
        this.#takeSnapshot(event)
        break
      case 'draft':
        this.#setDrafts(
          event.text === ''
            ? this.#drafts.filter(({ track }) => track !== event.track)
            : replaceTrack(this.#drafts, event),
        )
        break
      case 'cue':
        // Not news; and one row of a text that is not whole yet has no place among the rows of the old one.
        if (event.of !== undefined) {
          this.#change({ revised: this.#view.revised + 1 })
          break
        }
        if (this.#floor === null || event.start >= this.#floor) this.addCues([event])
        if (this.#drafts.some((draft) => isOf(draft, event)))
          this.#setDrafts(this.#drafts.filter((draft) => !isOf(draft, event)))
        break
      case 'airing':
        this.addAirings([event])
        break
      case 'gap':
        this.addGaps([event])
        break
      case 'removed':
        this.#forget(event)
        break
      case 'bye':
        break
    }
  }

  #forget(removed: Removed): void {
    const { cues, airings, gaps } = this.#view
    const isKept = (what: 'airing' | 'gap', id: string, end: string | null): boolean =>
      removed.what === 'past'
        ? end === null || end > removed.before
        : removed.what !== what || removed.id !== id
    this.#change({
      cues: cues.filter((cue) => !isRemoved(cue, removed)),
      airings: airings.filter(({ id, end }) => isKept('airing', id, end)),
      gaps: gaps.filter(({ id, to }) => isKept('gap', id, to)),
    })
  }

  addCues(cues: readonly Cue[]): void {
    const held = withoutReplaced(this.#view.cues, cues)
    // Only part of a text that has taken another's place is here: the rest of what was held is missing now.
    const revised = this.#view.revised + (held === this.#view.cues ? 0 : 1)
    this.#change({ cues: mergeCues(held, cues), revised, isRefused: false })
    if (this.#readers === 0) this.trim()
  }

  /** All that the archive has of the time that is held: what it has in another version is replaced. */
  replaceCues(cues: readonly Cue[]): void {
    this.#change({ cues: mergeCues(withoutReplaced(this.#view.cues, cues), cues) })
  }

  /** A page that ends where what is held begins. */
  addOlder(cues: readonly Cue[]): void {
    const first = earliestStart(cues)
    if (this.#floor !== null && first !== null && first < this.#floor) this.#floor = first
    this.addCues(cues)
  }

  /**
   * Lets go of the oldest lines when there are many; lines that began together stay together, so that a
   * page of the archive that ends before the answer leaves none out. The answer is null when nothing went.
   */
  trim(): string | null {
    const { cues, airings, gaps } = this.#view
    if (cues.length <= keptCues * 1.5) return null
    let cut = cues.length - keptCues
    while (cut > 0 && cues[cut - 1]?.start === cues[cut]?.start) cut--
    const floor = cues[cut]?.start
    if (cut === 0 || floor === undefined) return null
    this.#floor = floor
    this.#change({
      cues: cues.slice(cut),
      airings: airings.filter(({ end }) => end === null || end > floor),
      gaps: gaps.filter(({ to }) => to === null || to > floor),
    })
    return floor
  }

  addAirings(airings: readonly Airing[]): void {
    this.#change({ airings: mergeById(this.#view.airings, airings) })
  }

  addGaps(gaps: readonly Gap[]): void {
    this.#change({ gaps: mergeById(this.#view.gaps, gaps) })
  }

  /** After an absence: what was open and is not in this list of all since then has been withdrawn meanwhile. */
  renewGaps(gaps: readonly Gap[]): void {
    const listed = new Set(gaps.map(({ id }) => id))
    const held = this.#view.gaps.filter(({ id, to }) => to !== null || listed.has(id))
    this.#change({ gaps: mergeById(held, gaps) })
  }

  settled(): void {
    this.#change({ isIncomplete: false })
  }

  #takeSnapshot({ complete, cues, drafts, airing }: LiveEvent & { type: 'snapshot' }): void {
    const continues = complete && !this.#beginsAnew
    this.#beginsAnew = false
    this.#setDrafts(drafts)
    const isHole = !continues && this.#view.cues.length > 0
    // Somebody who reads back has the hole filled; a few last lines are simply begun anew.
    if (isHole && this.#readers === 0) this.#view = emptyView
    this.#change({
      cues: mergeCues(withoutReplaced(this.#view.cues, cues), cues),
      isIncomplete: this.#view.isIncomplete || (isHole && this.#readers > 0),
      isRefused: false,
      ...(airing === null ? {} : { airings: mergeById(this.#view.airings, [airing]) }),
    })
  }

  #change(change: Partial<FeedView>): void {
    this.#view = { ...this.#view, ...change }
    for (const listener of this.#viewListeners) listener()
  }

  #setDrafts(drafts: readonly Draft[]): void {
    this.#drafts = drafts
    for (const listener of this.#draftListeners) listener()
  }
}

export function earliestStart(cues: readonly Cue[]): string | null {
  return cues.reduce<string | null>(
    (least, { start }) => (least === null || start < least ? start : least),
    null,
  )
}

export function keyOf(cue: { readonly run: string; readonly track: string; readonly id: number }): string {
  return `${cue.run} ${cue.track} ${cue.id}`
}

function isOf(draft: Draft, cue: Cue): boolean {
  return draft.track === cue.track && draft.run === cue.run && draft.id <= cue.id
}

function replaceTrack(drafts: readonly Draft[], draft: Draft): readonly Draft[] {
  const others = drafts.filter(({ track }) => track !== draft.track)
  return [...others, draft].sort((a, b) => (a.track < b.track ? -1 : 1))
}

/** The order of a transcript. */
export function compareCues(a: Cue, b: Cue): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1
  if (a.track !== b.track) return a.track < b.track ? -1 : 1
  if (a.run !== b.run) return a.run < b.run ? -1 : 1
  return a.id - b.id
}

/** What is held, but for the runs that cues of a later decode among `more` have taken the place of; the same where none has. */
function withoutReplaced(held: readonly Cue[], more: readonly Cue[]): readonly Cue[] {
  const decodes = new Map<string, string>()
  for (const { of: original, run } of more) if (original !== undefined) decodes.set(original, run)
  if (decodes.size === 0) return held
  const isReplaced = ({ run, of: original }: Cue): boolean =>
    decodes.has(run) || (original !== undefined && (decodes.get(original) ?? run) !== run)
  return held.some(isReplaced) ? held.filter((cue) => !isReplaced(cue)) : held
}

function mergeCues(known: readonly Cue[], more: readonly Cue[]): readonly Cue[] {
  const last = known.at(-1)
  const [only] = more
  if (more.length === 1 && only !== undefined && (last === undefined || compareCues(last, only) < 0))
    return [...known, only]
  const all = new Map(known.map((cue) => [keyOf(cue), cue]))
  for (const cue of more) all.set(keyOf(cue), cue)
  return [...all.values()].sort(compareCues)
}

/** The latest telling wins: a list may have been asked for before a live event, and arrive after it. */
function mergeById<T extends Airing | Gap>(known: readonly T[], more: readonly T[]): readonly T[] {
  const all = new Map(known.map((one) => [one.id, one]))
  for (const one of more) {
    const held = all.get(one.id)?.position
    const isOld = held?.epoch === one.position.epoch && held.seq > one.position.seq
    if (!isOld) all.set(one.id, one)
  }
  return [...all.values()]
}
