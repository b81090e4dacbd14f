import { PacketFramer } from './packets.ts'
import { SectionCollector } from './sections.ts'
import { parseSubtitleServices, type SubtitleService } from './subtitle-services.ts'
import { parseProgrammeAssociation } from './tables.ts'

/** Reads out of a transport stream's tables what subtitles its programmes, or one of them, announce beside captions in the video. */
export class SubtitleFinder {
  readonly #programme: number | null
  readonly #framer = new PacketFramer((bytes, at) => this.#packet(bytes, at), {})
  readonly #association = new SectionCollector((section) => this.#readAssociation(section))
  readonly #maps = new Map<number, SectionCollector>()
  readonly #services = new Map<string, SubtitleService>()
  readonly #unread = new Set<number>()
  #hasTables = false

  /** `programme`: the only one that counts; null = all. */
  constructor(programme: number | null) {
    this.#programme = programme
  }

  push(chunk: Uint8Array): void {
    this.#framer.push(chunk)
  }

  /** All programmes have been described. */
  get isDescribed(): boolean {
    return this.#hasTables && this.#unread.size === 0
  }

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
