import type { CaptionGroup, CaptionReader, CaptionService, FaultCounts } from '../caption-group.ts'
import { countFault } from '../faults.ts'
import { packetBytes, PacketFramer } from './packets.ts'
import { PesPackets } from './pes.ts'
import { Pictures } from './pictures.ts'
import { Presentation } from './presentation.ts'
import { SectionCollector } from './sections.ts'
import { parseProgrammeAssociation, parseProgrammeMap, type ProgrammeMap } from './tables.ts'

export interface TsCaptionReaderOptions {
  /** Programme number of the PAT. Default: the first in the PAT that has video. */
  readonly programme?: number | undefined
}

/** What a transport stream offers, for `ccr inspect` and the choice of a programme. */
export interface ProgrammeInfo {
  readonly programme: number
  readonly codec: string | null
  readonly services: readonly CaptionService[]
}

interface Video {
  readonly map: ProgrammeMap
  readonly pid: number
  readonly pes: PesPackets
  readonly pictures: Pictures
}

/** Continuity counters by PID; −1 before the first packet. */
const pidCount = 8192

/**
 * MPEG transport stream in, caption groups out: the same blocks as CCExtractor's BIN of it, in presentation
 * order, on a clock of milliseconds since the first picture shown.
 */
export class TsCaptionReader implements CaptionReader {
  readonly #wanted: number | null
  readonly #faults: Record<string, number> = {}
  readonly #framer = new PacketFramer((bytes, at) => this.#packet(bytes, at), this.#faults)
  readonly #counters = new Int8Array(pidCount).fill(-1)
  readonly #presentation = new Presentation(this.#faults)
  readonly #association = new SectionCollector((section) => this.#readAssociation(section))
  /** By PID of the PMT. */
  #mapSections = new Map<number, SectionCollector>()
  /** PMT PIDs by programme, in the order of the PAT. */
  #programmes = new Map<number, number>()
  readonly #maps = new Map<number, ProgrammeMap>()
  #video: Video | null = null

  constructor(options: TsCaptionReaderOptions = {}) {
    this.#wanted = options.programme ?? null
  }

  push(chunk: Uint8Array): CaptionGroup[] {
    this.#framer.push(chunk)
    return this.#presentation.take()
  }

  end(): CaptionGroup[] {
    this.#framer.end()
    this.#closeVideo()
    return this.#presentation.take()
  }

  faults(): FaultCounts {
    const sections = [this.#association, ...this.#mapSections.values()]
    const rejected = sections.reduce((sum, section) => sum + section.rejected, 0)
    return rejected > 0 ? { ...this.#faults, 'ts-section-crc': rejected } : this.#faults
  }

  /** Caption services that the chosen programme announces, with their languages. */
  services(): readonly CaptionService[] {
    return this.#video?.map.services ?? []
  }

  reachedMs(): number {
    return this.#presentation.reachedMs
  }

  programmes(): readonly ProgrammeInfo[] {
    return [...this.#programmes.keys()].map((programme) => {
      const map = this.#maps.get(programme)
      return { programme, codec: map?.video?.codec ?? null, services: map?.services ?? [] }
    })
  }

  #packet(bytes: Uint8Array, at: number): void {
    const second = bytes[at + 1] ?? 0
    const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
    const sections = pid === 0 ? this.#association : this.#mapSections.get(pid)
    if (sections === undefined && pid !== this.#video?.pid) return
    if ((second & 0x80) !== 0) {
      countFault(this.#faults, 'ts-transport-error')
      return
    }
    const control = bytes[at + 3] ?? 0
    if ((control & 0xc0) !== 0) {
      countFault(this.#faults, 'ts-scrambled')
      return
    }
    if ((control & 0x10) === 0) return
    let from = at + 4
    let discontinuity = false
    if ((control & 0x20) !== 0) {
      const length = bytes[from] ?? 0
      discontinuity = length > 0 && ((bytes[from + 1] ?? 0) & 0x80) !== 0
      from += 1 + length
    }
    const to = at + packetBytes
    if (from > to) {
      countFault(this.#faults, 'ts-adaptation-field')
      return
    }
    if (!this.#inOrder(pid, control & 0x0f, discontinuity)) return
    const begins = (second & 0x40) !== 0
    if (sections !== undefined) sections.push(bytes, from, to, begins)
    else this.#video?.pes.push(bytes, from, to, begins)
  }

  /** False for a packet sent twice. Tells whoever reads the PID when packets are missing. */
  #inOrder(pid: number, counter: number, discontinuity: boolean): boolean {
    const last = this.#counters[pid] ?? -1
    this.#counters[pid] = counter
    if (last < 0 || discontinuity || counter === ((last + 1) & 0x0f)) return true
    if (counter === last) {
      countFault(this.#faults, 'ts-duplicate-packet')
      return false
    }
    countFault(this.#faults, 'ts-continuity')
    if (pid === 0) this.#association.reset()
    else if (pid === this.#video?.pid) {
      this.#video.pes.lost()
      this.#video.pictures.lost()
      this.#presentation.lost()
    } else this.#mapSections.get(pid)?.reset()
    return true
  }

  #readAssociation(section: Uint8Array): void {
    const programmes = parseProgrammeAssociation(section)
    if (programmes === null || sameEntries(programmes, this.#programmes)) return
    this.#programmes = programmes
    const sections = new Map<number, SectionCollector>()
    for (const pid of programmes.values()) {
      const known = this.#mapSections.get(pid)
      sections.set(pid, known ?? new SectionCollector((map) => this.#readMap(map)))
    }
    this.#mapSections = sections
    for (const programme of this.#maps.keys()) {
      if (!programmes.has(programme)) this.#maps.delete(programme)
    }
    this.#choose()
  }

  #readMap(section: Uint8Array): void {
    const map = parseProgrammeMap(section)
    if (map === null || !this.#programmes.has(map.programme)) return
    this.#maps.set(map.programme, map)
    this.#choose()
  }

  /**
   * The wanted programme, else the first of the PAT that is known to have video. Once pictures have gone out, the
   * choice stands until its programme is gone.
   */
  #choose(): void {
    const candidates = [...this.#programmes.keys()]
      .filter((programme) => this.#wanted === null || programme === this.#wanted)
      .map((programme) => this.#maps.get(programme))
      .filter((map) => map?.video != null)
    const current = this.#video
    const kept =
      current !== null && this.#presentation.hasReleased
        ? candidates.find((map) => map?.programme === current.map.programme)
        : undefined
    const map = kept ?? candidates[0]
    // A table that says nothing new, or went missing: the video may go on.
    if (map?.video == null) return
    const { pid, codec } = map.video
    if (current?.pid === pid && current.map.video?.codec === codec) {
      this.#video = { ...current, map }
      return
    }
    this.#closeVideo()
    const pictures = new Pictures(codec, this.#presentation, this.#faults)
    this.#video = { map, pid, pictures, pes: new PesPackets(pictures) }
    this.#counters[pid] = -1
  }

  #closeVideo(): void {
    const video = this.#video
    if (video === null) return
    video.pictures.end()
    if (video.pes.damaged > 0) countFault(this.#faults, 'ts-pes-header', video.pes.damaged)
    this.#presentation.restart()
    this.#video = null
  }
}

function sameEntries(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  const left = [...a]
  const right = [...b]
  return (
    left.length === right.length &&
    left.every(([key, value], i) => right[i]?.[0] === key && right[i][1] === value)
  )
}
