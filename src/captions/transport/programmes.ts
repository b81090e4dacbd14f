import type { CaptionService, ProgrammeInfo } from '../caption-group.ts'
import type { ServiceName } from './service-names.ts'
import { uniqueServices } from './caption-services.ts'
import type { ProgrammeMap } from './tables.ts'

/** The programmes of a stream, as its tables tell of them one after the other. */
export class Programmes {
  readonly #wanted: number | null
  /** PMT PIDs, in the order of the PAT. */
  #pids: ReadonlyMap<number, number> | null = null
  readonly #maps = new Map<number, ProgrammeMap>()
  readonly #names = new Map<number, ServiceName>()
  /** Of PIDs with video: whether their packets are scrambled. */
  readonly #scrambled = new Map<number, boolean>()
  /** Announced in other tables than the PMT, by table. */
  readonly #services = {
    event: new Map<number, readonly CaptionService[]>(),
    channel: new Map<number, readonly CaptionService[]>(),
  }

  #version = 0

  constructor(wanted: number | null) {
    this.#wanted = wanted
  }

  /** Another one after anything was learnt that may be news. */
  get version(): number {
    return this.#version
  }

  /** Null before the PAT. */
  get pids(): ReadonlyMap<number, number> | null {
    return this.#pids
  }

  setAssociation(pids: ReadonlyMap<number, number>): void {
    this.#pids = pids
    this.#version++
    for (const programme of this.#maps.keys())
      if (!pids.has(programme)) this.#maps.delete(programme)
  }

  setMap(map: ProgrammeMap): void {
    if (this.#pids?.has(map.programme) !== true) return
    this.#maps.set(map.programme, map)
    this.#version++
  }

  setName(name: ServiceName): void {
    this.#names.set(name.programme, name)
  }

  /** What the guide says of the event that is on, or the channel table of the channel. */
  setServices(
    table: 'event' | 'channel',
    programme: number,
    services: readonly CaptionService[],
  ): void {
    this.#services[table].set(programme, services)
    this.#version++
  }

  nameOf(programme: number): ServiceName | null {
    return this.#names.get(programme) ?? null
  }

  /** Video PIDs that are worth looking at for scrambling. */
  isVideo(pid: number): boolean {
    for (const { video } of this.#maps.values()) if (video?.pid === pid) return true
    return false
  }

  setScrambled(pid: number, isScrambled: boolean): void {
    this.#scrambled.set(pid, isScrambled)
  }

  /**
   * The wanted programme, else the best of those known: one that announces captions, then any with video, those that can be
   * read first, in the order of the PAT. Null while there is none.
   */
  choose(): ProgrammeMap | null {
    const candidates = [...(this.#pids?.keys() ?? [])]
      .filter((programme) => this.#wanted === null || programme === this.#wanted)
      .flatMap((programme) => this.#maps.get(programme) ?? [])
      .filter(({ video }) => video !== null)
    const rank = (map: ProgrammeMap): number =>
      (this.#isEncrypted(map) ? 4 : 0) +
      (map.hasAccessControl ? 2 : 0) +
      (this.servicesOf(map.programme).length === 0 ? 1 : 0)
    return candidates.sort((a, b) => rank(a) - rank(b))[0] ?? null
  }

  mapOf(programme: number): ProgrammeMap | null {
    return this.#maps.get(programme) ?? null
  }

  servicesOf(programme: number): readonly CaptionService[] {
    const own = this.#maps.get(programme)?.services ?? []
    const { event, channel } = this.#services
    const others = [event, channel].flatMap((table) => table.get(programme) ?? [])
    return uniqueServices([...own, ...others])
  }

  list(): ProgrammeInfo[] {
    return [...(this.#pids?.keys() ?? [])].map((programme) => {
      const map = this.#maps.get(programme)
      const { name = null, number = null } = this.#names.get(programme) ?? {}
      const state =
        map === undefined
          ? 'unknown'
          : map.video === null
            ? 'no-video'
            : this.#isEncrypted(map)
              ? 'encrypted'
              : 'clear'
      return {
        ...{ programme, name, number, codec: map?.video?.codec ?? null, audio: map?.audio ?? [] },
        hasAccessControl: map?.hasAccessControl ?? false,
        ...{ services: this.servicesOf(programme), state },
      }
    })
  }

  /** Why nothing can be read, in the operator's words: of the programme that is read, of the wanted one, or of any. */
  trouble(read: number | null): string | null {
    const all = this.list()
    const chosen = all.find(({ programme }) => programme === read)
    if (chosen !== undefined) return troubleOf(chosen)
    if (this.#wanted !== null && this.#pids !== null) {
      const wanted = all.find(({ programme }) => programme === this.#wanted)
      if (wanted !== undefined) return troubleOf(wanted)
      const others = all.map(describe).join(', ')
      return all.length === 0
        ? 'the stream has no programmes'
        : `there is no programme ${this.#wanted} in this stream; there ${all.length === 1 ? 'is' : 'are'} ${others}`
    }
    const known = all.filter(({ state }) => state !== 'unknown')
    if (known.length === 0 || known.some(({ state }) => state === 'clear')) return null
    if (known.length < all.length) return null
    if (known.length === 1) return known[0] === undefined ? null : troubleOf(known[0])
    return known.some(({ state }) => state === 'encrypted')
      ? 'all programmes of this stream with video are encrypted'
      : 'no programme of this stream has video'
  }

  #isEncrypted({ video }: ProgrammeMap): boolean {
    return video !== null && this.#scrambled.get(video.pid) === true
  }
}

function troubleOf(info: ProgrammeInfo): string | null {
  if (info.state === 'encrypted') return `programme ${describe(info)} is encrypted`
  return info.state === 'no-video' ? `programme ${describe(info)} has no video` : null
}

/** `3 (5.1 News One)`, as far as it is known. */
function describe({ programme, number, name }: ProgrammeInfo): string {
  const words = [number, name].filter((word) => word !== null)
  return words.length === 0 ? String(programme) : `${programme} (${words.join(' ')})`
}
