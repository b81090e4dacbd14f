import { dvbPids } from '../guide/dvb.ts'
import { GuideTables } from '../guide/guide-tables.ts'
import { parseMasterGuide } from '../guide/psip.ts'
import { Programmes } from './programmes.ts'
import { SectionCollector } from './sections.ts'
import {
  describedServices,
  parseDescribedServices,
  parseVirtualChannels,
  psipPid,
  type ServiceName,
} from './service-names.ts'
import { captionServices } from './caption-services.ts'
import { parseProgrammeAssociation, parseProgrammeMap } from './tables.ts'

const associationPid = 0

/** The tables of a stream: which PIDs they are on, and what is learnt from them. */
export class StreamTables {
  readonly programmes: Programmes
  readonly guide: GuideTables
  readonly #changed: () => void
  readonly #nowMs: () => number
  readonly #collectors = new Map<number, SectionCollector>()
  readonly #mapPids = new Set<number>()
  /** Of the guide of ATSC. */
  readonly #guidePids = new Set<number>()

  /** `changed`: another programme may be the one to read now. `nowMs`: how far the run has come. */
  constructor(options: {
    readonly wanted: number | null
    readonly faults: Record<string, number>
    readonly nowMs: () => number
    readonly changed: () => void
  }) {
    this.programmes = new Programmes(options.wanted)
    this.#changed = options.changed
    this.#nowMs = options.nowMs
    this.guide = new GuideTables(options.faults, (programme, services) => {
      this.programmes.setServices('event', programme, services)
    })
    this.#collect(associationPid, (section) => this.#association(section))
    this.#collect(describedServices.pid, (section) => this.#names(parseDescribedServices(section)))
    this.#collect(psipPid, (section) => this.#psip(section))
    for (const pid of Object.values(dvbPids)) this.#collectGuide(pid)
  }

  /** Null for a PID that has no tables. */
  on(pid: number): SectionCollector | null {
    return this.#collectors.get(pid) ?? null
  }

  /** Sections with a wrong CRC. */
  get rejected(): number {
    let sum = 0
    for (const { rejected } of this.#collectors.values()) sum += rejected
    return sum
  }

  #collect(pid: number, handle: (section: Uint8Array) => void): void {
    this.#collectors.set(pid, new SectionCollector(handle))
  }

  #collectGuide(pid: number): void {
    this.#collectors.set(
      pid,
      new SectionCollector(
        (section) => this.guide.read(pid, section, this.#nowMs()),
        (section) => this.guide.isNews(pid, section),
      ),
    )
  }

  /** Where the guide is, what time it is, and which channels there are. */
  #psip(section: Uint8Array): void {
    const pids = parseMasterGuide(section)
    if (pids !== null) {
      for (const pid of this.#guidePids) if (!pids.has(pid)) this.#drop(pid)
      for (const pid of pids) {
        if (this.#collectors.has(pid)) continue
        this.#guidePids.add(pid)
        this.#collectGuide(pid)
      }
    } else if (this.guide.isNews(psipPid, section)) {
      this.guide.read(psipPid, section, this.#nowMs())
    } else this.#names(parseVirtualChannels(section), section)
  }

  #drop(pid: number): void {
    this.#collectors.delete(pid)
    this.#guidePids.delete(pid)
  }

  #association(section: Uint8Array): void {
    const pids = parseProgrammeAssociation(section)
    if (pids === null || sameEntries(pids, this.programmes.pids)) return
    this.programmes.setAssociation(pids)
    const wanted = new Set(pids.values())
    for (const pid of this.#mapPids) {
      if (wanted.has(pid)) continue
      this.#collectors.delete(pid)
      this.#mapPids.delete(pid)
    }
    for (const pid of wanted) {
      if (this.#guidePids.has(pid)) this.#drop(pid)
      if (this.#collectors.has(pid)) continue
      this.#mapPids.add(pid)
      this.#collect(pid, (map) => this.#map(map))
    }
    this.#changed()
  }

  #map(section: Uint8Array): void {
    const map = parseProgrammeMap(section)
    if (map === null) return
    this.programmes.setMap(map)
    this.#changed()
  }

  #names(names: readonly ServiceName[] | null, section?: Uint8Array): void {
    for (const name of names ?? []) {
      this.programmes.setName(name)
      if (section === undefined || name.descriptors === null) continue
      const { from, to } = name.descriptors
      const services = captionServices(section, from, to)
      if (services.length > 0) this.programmes.setServices('channel', name.programme, services)
    }
    if (names !== null) this.#changed()
  }
}

function sameEntries(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number> | null,
): boolean {
  if (b?.size !== a.size) return false
  const right = [...b]
  return [...a].every(([key, value], i) => right[i]?.[0] === key && right[i][1] === value)
}
