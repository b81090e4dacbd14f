import { CueTrack, type EventSink } from '../cues/cue-track.ts'
import { CaptionPackets } from './packets.ts'
import { CaptionScreen } from './screen.ts'
import { Cea708Service } from './service.ts'

/** All CEA-708 services of a stream: pairs of bytes in, drafts and cues of the tracks S1 … S63 out. */
export class Cea708Services {
  readonly #faults: Record<string, number> = {}
  readonly #packets: CaptionPackets
  readonly #services = new Map<number, Cea708Service | null>()
  readonly #sinkOf: (track: string) => EventSink | null
  #nowMs = 0

  /** `sinkOf` is asked once for each service that the stream has; null = not wanted. */
  constructor(sinkOf: (track: string) => EventSink | null) {
    this.#sinkOf = sinkOf
    this.#packets = new CaptionPackets((service, bytes, from, to) => {
      this.#service(service)?.block(bytes, from, to, this.#nowMs)
    }, this.#faults)
  }

  /** By kind; live, not a copy. */
  get faults(): Readonly<Record<string, number>> {
    return this.#faults
  }

  pair(isStart: boolean, first: number, second: number, atMs: number): void {
    this.#nowMs = atMs
    if (isStart) this.#packets.start(first, second)
    else this.#packets.more(first, second)
  }

  settle(atMs: number): void {
    for (const service of this.#services.values()) service?.settle(atMs)
  }

  end(atMs: number): void {
    this.#nowMs = atMs
    this.#packets.flush()
    for (const service of this.#services.values()) service?.end(atMs)
  }

  #service(number: number): Cea708Service | null {
    const known = this.#services.get(number)
    if (known !== undefined) return known
    const track = `S${number}`
    const sink = this.#sinkOf(track)
    const made =
      sink === null
        ? null
        : new Cea708Service(new CaptionScreen(new CueTrack(track, sink)), this.#faults)
    this.#services.set(number, made)
    return made
  }
}
