import type { CaptionEvent } from './caption-event.ts'
import type { CaptionGroup, FaultCounts } from './caption-group.ts'
import { Cea608Channel } from './cea608/channel.ts'
import { Cea608Field } from './cea608/field.ts'
import { Programme } from './cea608/programme.ts'
import { XdsPackets } from './cea608/xds.ts'
import { Line21Text, OwnText } from './cea708/doubles.ts'
import { Cea708Services } from './cea708/services.ts'
import { CueTrack, type EventSink } from './cues/cue-track.ts'

export interface CaptionDecoderOptions {
  /** CC1 … CC4, for the text services T1 … T4, S1 … S63. Default: the four caption tracks. Others are ignored. */
  readonly tracks?: readonly string[]
  /**
   * Also those of S1 … S63 that say what no line 21 track says; told some seconds late in the beginning, until that is
   * known of them. Default: when no tracks are named.
   */
  readonly ownServices?: boolean
}

const defaultTracks = ['CC1', 'CC2', 'CC3', 'CC4'] as const
const nothing: CaptionEvent[] = []

/**
 * Caption groups in, drafts, cues and programme facts out. The events depend on the groups alone, not on how they
 * were handed over; time never runs backwards in those of one track.
 */
export class CaptionDecoder {
  readonly #tracks: readonly string[] | null
  readonly #field1: Cea608Field
  readonly #field2: Cea608Field
  readonly #services: Cea708Services
  readonly #ownTexts: OwnText[] = []
  #events: CaptionEvent[] = []
  #nowMs = 0

  constructor(options: CaptionDecoderOptions = {}) {
    const tracks: readonly string[] = options.tracks ?? defaultTracks
    this.#tracks = options.tracks ?? null
    const { ownServices = options.tracks === undefined } = options
    const line21 = ownServices ? new Line21Text() : null
    const sink: EventSink = { push: (event) => void this.#events.push(event) }
    const line21Sink: EventSink = {
      push: (event) => {
        line21?.hear(event)
        sink.push(event)
      },
    }
    const service = (name: string): Cea608Channel | null =>
      tracks.includes(name)
        ? new Cea608Channel(new CueTrack(name, line21Sink), name.startsWith('T'))
        : null
    const programme = new Programme()
    const xds = new XdsPackets((xdsClass, type, data, atMs) => {
      const change = programme.packet(xdsClass, type, data, atMs)
      if (change !== null) this.#events.push(change)
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
    this.#services = new Cea708Services((track) => {
      if (tracks.includes(track)) return sink
      if (line21 === null) return null
      const own = new OwnText(line21, sink)
      this.#ownTexts.push(own)
      return own
    })
  }

  push(group: CaptionGroup): CaptionEvent[] {
    if (group.said !== undefined) {
      return group.said.events.filter((event) => this.#isWanted(event))
    }
    let pairs1 = 0
    let pairs2 = 0
    const { triplets } = group
    for (let at = 0; at + 2 < triplets.length; at += 3) {
      const flags = triplets[at] ?? 0
      if ((flags & 4) === 0) continue
      const first = triplets[at + 1] ?? 0
      const second = triplets[at + 2] ?? 0
      if ((flags & 2) !== 0) {
        this.#services.pair((flags & 1) === 1, first, second, this.#advance(group.fts))
      } else if ((flags & 1) === 0) {
        if (this.#field1.pair(first, second, this.#pairTime(group, pairs1))) pairs1++
      } else if (this.#field2.pair(first, second, this.#pairTime(group, pairs2))) pairs2++
    }
    const atMs = this.#advance(group.fts)
    this.#field1.settle(atMs)
    this.#field2.settle(atMs)
    this.#services.settle(atMs)
    for (const own of this.#ownTexts) own.pass(atMs)
    return this.#take()
  }

  /** What is on screen becomes cues that end at `atMs`. Nothing may be pushed after it. */
  end(atMs: number): CaptionEvent[] {
    const endMs = this.#advance(atMs)
    this.#field1.end(endMs)
    this.#field2.end(endMs)
    this.#services.end(endMs)
    for (const own of this.#ownTexts) own.end()
    return this.#take()
  }

  /** Of what comes as text, all tracks that are captions. */
  #isWanted(event: CaptionEvent): boolean {
    if (event.type === 'programme') return true
    return this.#tracks?.includes(event.track) ?? !/^T[1-4]$/.test(event.track)
  }

  /** What was damaged in CEA-708 packets, which no reader opens. */
  faults(): FaultCounts {
    return this.#services.faults
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
