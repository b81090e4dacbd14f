import { Programmes } from './programmes.ts'
import { SectionCollector } from './sections.ts'
import {
  describedServices,
  parseDescribedServices,
  parseVirtualChannels,
  psipPid,
  type ServiceName,
} from './service-names.ts'
import { captionServices, parseProgrammeAssociation, parseProgrammeMap } from './tables.ts'

const associationPid = 0

/** The tables of a stream: which PIDs they are on, and what is learnt from them. */
export class StreamTables {
  readonly programmes: Programmes
  readonly #changed: () => void
  readonly #collectors = new Map<number, SectionCollector>()
  #mapPids = new Set<number>()

  /** `changed`: another programme may be the one to read now. */
  constructor(wanted: number | null, changed: () => void) {
    this.programmes = new Programmes(wanted)
    this.#changed = changed
    this.#collect(associationPid, (section) => this.#association(section))
    this.#collect(describedServices.pid, (section) => this.#names(parseDescribedServices(section)))
    this.#collect(psipPid, (section) => this.#names(parseVirtualChannels(section), section))
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

  #association(section: Uint8Array): void {
    const pids = parseProgrammeAssociation(section)
    if (pids === null || sameEntries(pids, this.programmes.pids)) return
    this.programmes.setAssociation(pids)
    const wanted = new Set(pids.values())
    for (const pid of this.#mapPids) if (!wanted.has(pid)) this.#collectors.delete(pid)
    for (const pid of wanted)
      if (!this.#collectors.has(pid)) this.#collect(pid, (map) => this.#map(map))
    this.#mapPids = wanted
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
      if (services.length > 0) this.programmes.setServices(name.programme, services)
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
