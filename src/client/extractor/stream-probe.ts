import type { CaptionGroup, CaptionReader } from '../../captions/caption-group.ts'
import { createCaptionReader } from '../../captions/create-reader.ts'
import { PacketFramer } from '../../captions/transport/packets.ts'
import { SectionCollector } from '../../captions/transport/sections.ts'
import {
  parseSubtitleServices,
  type SubtitleService,
} from '../../captions/transport/subtitle-services.ts'
import { parseProgrammeAssociation } from '../../captions/transport/tables.ts'

/** Looks into the beginning of a transport stream: what kinds of captions are in it, or in one programme of it. */
export class StreamProbe {
  readonly #programme: number | null
  readonly #reader: CaptionReader
  readonly #framer = new PacketFramer((bytes, at) => this.#packet(bytes, at), {})
  readonly #association = new SectionCollector((section) => this.#readAssociation(section))
  readonly #maps = new Map<number, SectionCollector>()
  readonly #services = new Map<string, SubtitleService>()
  readonly #unread = new Set<number>()
  #hasTables = false
  #hasCaptions = false

  constructor(programme: number | null = null) {
    this.#programme = programme
    this.#reader = createCaptionReader('ts', { programme: programme ?? undefined })
  }

  push(chunk: Uint8Array): void {
    this.#hasCaptions ||= this.#reader.push(chunk).some(hasText)
    this.#framer.push(chunk)
  }

  /** CEA-608 or 708 that says something. */
  get hasCaptions(): boolean {
    return this.#hasCaptions
  }

  /** All programmes have been described. */
  get isDescribed(): boolean {
    return this.#hasTables && this.#unread.size === 0
  }

  /** What the stream announces beside them. */
  get services(): readonly SubtitleService[] {
    return [...this.#services.values()]
  }

  #packet(bytes: Uint8Array, at: number): void {
    const second = bytes[at + 1] ?? 0
    const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
    const sections = pid === 0 ? this.#association : this.#maps.get(pid)
    const control = bytes[at + 3] ?? 0
    if (sections === undefined || (second & 0x80) !== 0 || (control & 0x10) === 0) return
    const from = at + 4 + ((control & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0))
    const to = at + 188
    if (from < to) sections.push(bytes, from, to, (second & 0x40) !== 0)
  }

  #readAssociation(section: Uint8Array): void {
    const programmes = parseProgrammeAssociation(section)
    if (programmes === null) return
    this.#hasTables = programmes.size > 0
    for (const [number, pid] of programmes) {
      const isWanted = this.#programme === null || this.#programme === number
      if (this.#maps.has(pid) || !isWanted) continue
      this.#unread.add(pid)
      this.#maps.set(pid, new SectionCollector((map) => this.#readMap(pid, map)))
    }
  }

  #readMap(pid: number, section: Uint8Array): void {
    this.#unread.delete(pid)
    for (const service of parseSubtitleServices(section)) {
      const isWanted = this.#programme === null || this.#programme === service.programme
      if (isWanted) this.#services.set(`${service.programme} ${service.track}`, service)
    }
  }
}

/** Something else than the padding that line 21 is never without. */
function hasText({ triplets }: CaptionGroup): boolean {
  for (let at = 0; at + 2 < triplets.length; at += 3) {
    const [flags = 0, first = 0, second = 0] = triplets.subarray(at, at + 3)
    if ((flags & 4) === 0) continue
    if ((flags & 2) !== 0) {
      // A service block that is not empty begins behind the head of its packet.
      if (first !== 0 || second !== 0) return true
    } else if (((first | second) & 0x7f) !== 0) return true
  }
  return false
}
