import type { Airing, Cue, Gap } from '../../protocol/api.ts'
import type { Draft, LiveEvent } from '../../protocol/live.ts'

/** Lines a feed keeps when nobody reads back; more stay while somebody does. */
const keptCues = 300

/** What is known of one channel's captions in this page. Snapshots are immutable, so that React can compare them. */
export interface FeedView {
  /** By start, then track, run, id. */
  readonly cues: readonly Cue[]
  readonly airings: readonly Airing[]
  readonly gaps: readonly Gap[]
  /** The server could not tell all that was missed. */
  readonly isIncomplete: boolean
}

const emptyView: FeedView = { cues: [], airings: [], gaps: [], isIncomplete: false }

/** Cues and drafts of one channel, merged by identity from live events and from pages of the archive. */
export class ChannelFeed {
  readonly channel: string
  #view = emptyView
  #drafts: readonly Draft[] = []
  readonly #viewListeners = new Set<() => void>()
  readonly #draftListeners = new Set<() => void>()
  #readers = 0

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

  take(event: LiveEvent): void {
    switch (event.type) {
      case 'snapshot':
        this.#setDrafts(event.drafts)
        this.#change({
          cues: mergeCues(this.#view.cues, event.cues),
          isIncomplete: !event.complete && this.#view.cues.length > 0,
          ...(event.airing === null ? {} : { airings: mergeById(this.#view.airings, [event.airing]) }),
        })
        break
      case 'draft':
        this.#setDrafts(
          event.text === ''
            ? this.#drafts.filter(({ track }) => track !== event.track)
            : replaceTrack(this.#drafts, event),
        )
        break
      case 'cue':
        this.addCues([event])
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
        this.#change({
          cues: this.#view.cues.filter(
            (cue) => !(cue.id === event.id && cue.run === event.run && cue.track === event.track),
          ),
        })
        break
      case 'bye':
        break
    }
  }

  addCues(cues: readonly Cue[]): void {
    const merged = mergeCues(this.#view.cues, cues)
    const isTooLong = this.#readers === 0 && merged.length > keptCues * 1.5
    this.#change({ cues: isTooLong ? merged.slice(-keptCues) : merged })
  }

  addAirings(airings: readonly Airing[]): void {
    this.#change({ airings: mergeById(this.#view.airings, airings) })
  }

  addGaps(gaps: readonly Gap[]): void {
    this.#change({ gaps: mergeById(this.#view.gaps, gaps) })
  }

  settled(): void {
    this.#change({ isIncomplete: false })
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

function compareCues(a: Cue, b: Cue): number {
  if (a.start !== b.start) return a.start < b.start ? -1 : 1
  if (a.track !== b.track) return a.track < b.track ? -1 : 1
  if (a.run !== b.run) return a.run < b.run ? -1 : 1
  return a.id - b.id
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

function mergeById<T extends { readonly id: string }>(known: readonly T[], more: readonly T[]): readonly T[] {
  const all = new Map(known.map((one) => [one.id, one]))
  for (const one of more) all.set(one.id, one)
  return [...all.values()]
}
