import type { CaptionEvent } from './caption-event.ts'
import type { CaptionGroup } from './caption-group.ts'
import { Cea608Channel } from './cea608/channel.ts'
import { Cea608Field } from './cea608/field.ts'
import { Programme } from './cea608/programme.ts'
import { XdsPackets } from './cea608/xds.ts'
import { CueTrack } from './cea608/cue-track.ts'

export interface CaptionDecoderOptions {
  /** CC1 … CC4 and, for the text services, T1 … T4. Default: the four caption tracks. Others are ignored. */
  readonly tracks?: readonly string[]
}

const defaultTracks = ['CC1', 'CC2', 'CC3', 'CC4'] as const
const nothing: CaptionEvent[] = []

/**
 * Caption groups in, drafts, cues and programme facts out. The events depend on the groups alone, not on how they
 * were handed over; time never runs backwards in them.
 */
export class CaptionDecoder {
  readonly #tracks: readonly string[] | null
  readonly #field1: Cea608Field
  readonly #field2: Cea608Field
  #events: CaptionEvent[] = []
  #nowMs = 0

  constructor(options: CaptionDecoderOptions = {}) {
    const tracks = options.tracks ?? defaultTracks
    this.#tracks = options.tracks ?? null
    const sink = { push: (event: CaptionEvent) => void this.#events.push(event) }
    const service = (name: string): Cea608Channel | null =>
      tracks.includes(name)
        ? new Cea608Channel(new CueTrack(name, sink), name.startsWith('T'))
        : null
    const programme = new Programme()
    const xds = new XdsPackets((xdsClass, type, data, atMs) => {
      const change = programme.packet(xdsClass, type, data, atMs)
      if (change !== null) sink.push(change)
    })
    this.#field1 = new Cea608Field({
      captions: [service('CC1'), service('CC2')],
      texts: [service('T1'), service('T2')],
      xds: null,
    })
    this.#field2 = new Cea608Field({
      captions: [service('CC3'), service('CC4')],
      texts: [service('T3'), service('T4')],
      xds,
    })
  }

  push(group: CaptionGroup): CaptionEvent[] {
    if (group.said !== undefined) {
      this.#advance(group.fts)
      return group.said.events.filter((event) => this.#isWanted(event))
    }
    let pairs1 = 0
    let pairs2 = 0
    const { triplets } = group
    for (let at = 0; at + 2 < triplets.length; at += 3) {
      const flags = triplets[at] ?? 0
      if ((flags & 4) === 0 || (flags & 2) !== 0) continue
      const first = triplets[at + 1] ?? 0
      const second = triplets[at + 2] ?? 0
      if ((flags & 1) === 0) {
        if (this.#field1.pair(first, second, this.#pairTime(group, pairs1))) pairs1++
      } else if (this.#field2.pair(first, second, this.#pairTime(group, pairs2))) pairs2++
    }
    const atMs = this.#advance(group.fts)
    this.#field1.settle(atMs)
    this.#field2.settle(atMs)
    return this.#take()
  }

  /** What is on screen becomes cues that end at `atMs`. Nothing may be pushed after it. */
  end(atMs: number): CaptionEvent[] {
    const endMs = this.#advance(atMs)
    this.#field1.end(endMs)
    this.#field2.end(endMs)
    return this.#take()
  }

  /** Of what comes as text, all tracks that are captions. */
  #isWanted(event: CaptionEvent): boolean {
    if (event.type === 'programme') return true
    return this.#tracks?.includes(event.track) ?? !/^T[1-4]$/.test(event.track)
  }

  /** A line 21 pair takes a frame: of several in one picture, as in film, each is one later (CCExtractor's way). */
  #pairTime(group: CaptionGroup, before: number): number {
    return this.#advance(group.fts + Math.floor((before * 1001) / 30))
  }

  /** B-frame order and splices may step back some milliseconds; captions do not. */
  #advance(fts: number): number {
    if (fts > this.#nowMs) this.#nowMs = Math.round(fts)
    return this.#nowMs
  }

  #take(): CaptionEvent[] {
    if (this.#events.length === 0) return nothing
    const events = this.#events
    this.#events = []
    return events
  }
}
