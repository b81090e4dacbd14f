import type {
  CaptionGroup,
  CaptionReader,
  CaptionService,
  FaultCounts,
  ProgrammeInfo,
} from '../caption-group.ts'
import { countFault } from '../faults.ts'
import { packetBytes, PacketFramer } from './packets.ts'
import { PesPackets } from './pes.ts'
import { Pictures } from './pictures.ts'
import { Presentation } from './presentation.ts'
import { StreamTables } from './stream-tables.ts'
import type { ProgrammeMap } from './tables.ts'

export interface TsCaptionReaderOptions {
  /** Programme number of the PAT. Default: the first that announces captions, else the first with video. */
  readonly programme?: number | undefined
}

interface Video {
  readonly map: ProgrammeMap
  readonly pid: number
  readonly pes: PesPackets
  readonly pictures: Pictures
}

/** Continuity counters by PID; −1 before the first packet. */
const pidCount = 8192
/** So many in a row are no damage. */
const scrambledPackets = 100

/**
 * MPEG transport stream in, caption groups out: the same blocks as CCExtractor's BIN of it, in presentation
 * order, on a clock of milliseconds since the first picture shown.
 */
export class TsCaptionReader implements CaptionReader {
  readonly #faults: Record<string, number> = {}
  readonly #framer = new PacketFramer((bytes, at) => this.#packet(bytes, at), this.#faults)
  readonly #counters = new Int8Array(pidCount).fill(-1)
  /** Scrambled packets in a row, by PID, as far as it matters. */
  readonly #scrambled = new Uint8Array(pidCount)
  readonly #presentation = new Presentation(this.#faults)
  readonly #tables: StreamTables
  #video: Video | null = null
  #chosen: number | null = null
  readonly tellsServices = true
  #toldVersion = 0
  #toldServices = '[]'

  constructor(options: TsCaptionReaderOptions = {}) {
    this.#tables = new StreamTables({
      wanted: options.programme ?? null,
      faults: this.#faults,
      nowMs: () => this.#presentation.reachedMs,
      changed: () => this.#choose(),
    })
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
    const { rejected } = this.#tables
    return rejected > 0 ? { ...this.#faults, 'ts-section-crc': rejected } : this.#faults
  }

  /** Caption services that the chosen programme announces, with their languages. */
  services(): readonly CaptionService[] {
    const chosen = this.#chosen
    return chosen === null ? [] : this.#tables.programmes.servicesOf(chosen)
  }

  reachedMs(): number {
    return this.#presentation.reachedMs
  }

  timeOf(pts: number): number | null {
    return this.#presentation.timeOf(pts)
  }

  programmes(): readonly ProgrammeInfo[] {
    return this.#tables.programmes.list()
  }

  /** The programme that is read; null before it is known. */
  programme(): number | null {
    return this.#chosen
  }

  trouble(): string | null {
    return this.#tables.programmes.trouble(this.#chosen)
  }

  #packet(bytes: Uint8Array, at: number): void {
    const second = bytes[at + 1] ?? 0
    const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
    const control = bytes[at + 3] ?? 0
    if ((second & 0x80) === 0) this.#noteScrambling(pid, (control & 0xc0) !== 0)
    const sections = this.#tables.on(pid)
    if (sections === null && pid !== this.#video?.pid) return
    if ((second & 0x80) !== 0) {
      countFault(this.#faults, 'ts-transport-error')
      return
    }
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
    if (sections !== null) sections.push(bytes, from, to, begins)
    else this.#video?.pes.push(bytes, from, to, begins)
    this.#tellNews()
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
    if (pid === this.#video?.pid) {
      this.#video.pes.lost()
      this.#video.pictures.lost()
      this.#presentation.lost()
    } else this.#tables.on(pid)?.reset()
    return true
  }

  /** What is new beside captions takes its place among them; before the first picture there is no time for it. */
  #tellNews(): void {
    if (!this.#presentation.hasReleased) return
    const { guide, programmes } = this.#tables
    if (programmes.version !== this.#toldVersion) {
      this.#toldVersion = programmes.version
      const services = this.services()
      const text = JSON.stringify(services)
      if (text !== this.#toldServices) this.#presentation.tell({ services })
      this.#toldServices = text
    }
    const news = guide.hasNews ? guide.take() : null
    if (news !== null) this.#presentation.tell({ guide: news })
  }

  /** A programme is encrypted when nothing else than scrambled packets comes of its video for a while. */
  #noteScrambling(pid: number, isScrambled: boolean): void {
    const before = this.#scrambled[pid] ?? 0
    if (isScrambled ? before === scrambledPackets : before === 0) return
    const now = isScrambled ? before + 1 : 0
    this.#scrambled[pid] = now
    if (now > 0 && now < scrambledPackets) return
    const wasScrambled = before === scrambledPackets
    if (!wasScrambled && now === 0) return
    this.#tables.programmes.setScrambled(pid, now === scrambledPackets)
    this.#choose()
  }

  /** Once captions have come of a programme, the choice stands until it is gone. */
  #choose(): void {
    const { programmes } = this.#tables
    const current = this.#video
    const kept =
      current !== null && this.#presentation.hasGroups
        ? programmes.mapOf(current.map.programme)
        : null
    const map = kept?.video == null ? programmes.choose() : kept
    // A table that says nothing new, or went missing: the video may go on.
    if (map?.video == null) return
    this.#chosen = map.programme
    this.#tables.guide.follow(map.programme, programmes.nameOf(map.programme)?.sourceId ?? null)
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
