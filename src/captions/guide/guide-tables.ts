import type { CaptionService } from '../caption-group.ts'
import { countFault } from '../faults.ts'
import { uint16, uint32 } from '../transport/bytes.ts'
import { dvbPids, isEventsOf, parseDvbEvents, parseDvbTime } from './dvb.ts'
import type { GuideEvent, GuideNews } from './guide-event.ts'
import { parseEvents, parseEventText, parseSystemTime, psipTables } from './psip.ts'

const aheadMs = 24 * 3_600_000
/** A day of the shortest programmes. */
const mostEvents = 400
const mostSections = 2000
/** The stream's clock is told again when it is this much elsewhere than it was told. */
const clockTellMs = 5000

/** The guide of one programme, gathered from the tables of its stream, ATSC or DVB; what is new in it is told once. */
export class GuideTables {
  readonly #faults: Record<string, number>
  readonly #tellServices: (programme: number, services: readonly CaptionService[]) => void
  #programme: number | null = null
  #sourceId: number | null = null
  readonly #events = new Map<number, GuideEvent>()
  readonly #texts = new Map<number, string>()
  readonly #services = new Map<number, readonly CaptionService[]>()
  /** CRCs of the sections that were read last, by their place in the tables. */
  readonly #seen = new Map<string, number>()
  #source: GuideNews['source'] | null = null
  #changed = new Set<number>()
  #presentId: number | null = null
  #leapSeconds: number | null = null
  #clock: GuideNews['clock'] = null
  #toldClock: GuideNews['clock'] = null
  #hasNews = false
  #servicesTold = ''

  /** `tellServices`: captions of the event that is on, as the guide announces them. */
  constructor(
    faults: Record<string, number>,
    tellServices: (programme: number, services: readonly CaptionService[]) => void,
  ) {
    this.#faults = faults
    this.#tellServices = tellServices
  }

  get hasNews(): boolean {
    return this.#hasNews
  }

  /** Whose guide it is; `sourceId` is ATSC's number of it. */
  follow(programme: number, sourceId: number | null): void {
    if (programme === this.#programme && sourceId === this.#sourceId) return
    this.#programme = programme
    this.#sourceId = sourceId
    for (const kept of [this.#events, this.#texts, this.#services, this.#seen]) kept.clear()
    this.#changed.clear()
    this.#presentId = null
    this.#source = null
    this.#servicesTold = ''
  }

  /** Before the CRC of a section is looked at: whether it is of this programme, and news. */
  isNews(pid: number, section: Uint8Array): boolean {
    if (!this.#concerns(pid, section)) return false
    return this.#seen.get(placeOf(pid, section)) !== crcOf(section)
  }

  /** A section whose CRC is right; `atMs` is where in the run it came. */
  read(pid: number, section: Uint8Array, atMs: number): void {
    const isRead =
      pid === dvbPids.events ? this.#dvbEvents(section) : this.#other(pid, section, atMs)
    if (!isRead) return
    if (this.#seen.size >= mostSections) this.#seen.clear()
    this.#seen.set(placeOf(pid, section), crcOf(section))
  }

  /** Null when there is nothing new. */
  take(): GuideNews | null {
    if (!this.#hasNews) return null
    this.#hasNews = false
    const events = [...this.#changed].flatMap((id) => this.#told(id) ?? [])
    this.#changed = new Set()
    this.#toldClock = this.#clock
    const source = this.#source ?? (this.#leapSeconds === null ? 'dvb' : 'psip')
    return { source, events, presentId: this.#presentId, clock: this.#clock }
  }

  #concerns(pid: number, section: Uint8Array): boolean {
    if (pid === dvbPids.time) return true
    if (pid === dvbPids.events)
      return this.#programme !== null && isEventsOf(section, this.#programme)
    const table = section[0]
    if (table === psipTables.time) return true
    // Without the time, those of events mean nothing yet.
    if (this.#leapSeconds === null || this.#sourceId === null) return false
    if (table === psipTables.events) return uint16(section, 3) === this.#sourceId
    return table === psipTables.text && uint16(section, 9) === this.#sourceId
  }

  #other(pid: number, section: Uint8Array, atMs: number): boolean {
    if (pid === dvbPids.time) {
      const utcMs = parseDvbTime(section)
      if (utcMs !== null) this.#setClock(utcMs, atMs)
      return false
    }
    if (section[0] === psipTables.time) {
      const time = parseSystemTime(section)
      if (time === null) return false
      this.#leapSeconds = time.leapSeconds
      this.#setClock(time.utcMs, atMs)
      return false
    }
    return section[0] === psipTables.text ? this.#text(section) : this.#psipEvents(section)
  }

  #setClock(utcMs: number, atMs: number): void {
    this.#clock = { utcMs, atMs }
    const told = this.#toldClock
    const isNews = told === null || Math.abs(utcMs - told.utcMs - (atMs - told.atMs)) > clockTellMs
    this.#hasNews ||= isNews
    this.#announceServices()
  }

  #dvbEvents(section: Uint8Array): boolean {
    const found = parseDvbEvents(section)
    if (found === null || !this.#isFrom('dvb')) return false
    this.#unread(found.unread)
    const kept = found.events.filter((event) => this.#learn(event))
    if (found.isPresent === true) {
      const presentId = found.events[0]?.id ?? null
      if (presentId !== this.#presentId) this.#hasNews = true
      this.#presentId = presentId
    }
    // What is too far away today is read again until it is near.
    return kept.length === found.events.length
  }

  #psipEvents(section: Uint8Array): boolean {
    const found = parseEvents(section, this.#leapSeconds ?? 0)
    if (found === null || !this.#isFrom('psip')) return false
    this.#unread(found.unread)
    for (const { services, ...event } of found.events) {
      if (!this.#learn(event)) continue
      this.#services.set(event.id, services)
    }
    this.#announceServices()
    return true
  }

  #text(section: Uint8Array): boolean {
    const found = parseEventText(section)
    if (found === null) return false
    this.#unread(found.text === null ? 1 : 0)
    if (found.text === null || this.#texts.get(found.event) === found.text) return true
    if (this.#texts.size >= mostEvents) this.#texts.clear()
    this.#texts.set(found.event, found.text)
    if (this.#events.has(found.event)) this.#change(found.event)
    return true
  }

  /** Whether the event is kept. */
  #learn(event: GuideEvent): boolean {
    const nowMs = this.#clock?.utcMs ?? event.startMs
    if (event.startMs > nowMs + aheadMs) return false
    if (!this.#events.has(event.id) && this.#events.size >= mostEvents && !this.#forget(nowMs))
      return false
    const known = this.#events.get(event.id)
    const isSame = known !== undefined && isSameBroadcast(known, event)
    if (known !== undefined && !isSame) this.#dropText(event.id)
    const merged = isSame ? merge(known, event) : event
    this.#events.set(event.id, merged)
    if (JSON.stringify(known) !== JSON.stringify(merged)) this.#change(event.id)
    return true
  }

  /** The number is another broadcast's now; its own text may have been read already, and is read again. */
  #dropText(id: number): void {
    if (!this.#texts.delete(id)) return
    for (const place of this.#seen.keys())
      if (place.includes(`/${psipTables.text}/`)) this.#seen.delete(place)
  }

  /** Makes room: what is long over goes. */
  #forget(nowMs: number): boolean {
    for (const { id, startMs, durationMs } of this.#events.values()) {
      if (startMs + durationMs >= nowMs) continue
      this.#events.delete(id)
      this.#texts.delete(id)
      this.#services.delete(id)
      this.#changed.delete(id)
    }
    return this.#events.size < mostEvents
  }

  #change(id: number): void {
    this.#changed.add(id)
    this.#hasNews = true
  }

  #told(id: number): GuideEvent | null {
    const event = this.#events.get(id)
    if (event === undefined) return null
    return { ...event, description: event.description ?? this.#texts.get(id) ?? null }
  }

  #isFrom(source: GuideNews['source']): boolean {
    this.#source ??= source
    return this.#source === source
  }

  #unread(count: number): void {
    if (count > 0) countFault(this.#faults, 'guide-unread', count)
  }

  #announceServices(): void {
    const nowMs = this.#clock?.utcMs
    if (nowMs === undefined || this.#programme === null || this.#services.size === 0) return
    const [id, services] =
      [...this.#services].find(([event]) => {
        const { startMs = Infinity, durationMs = 0 } = this.#events.get(event) ?? {}
        return startMs <= nowMs && nowMs < startMs + durationMs
      }) ?? []
    const told = JSON.stringify(services)
    if (id === undefined || services === undefined || told === this.#servicesTold) return
    this.#servicesTold = told
    this.#tellServices(this.#programme, services)
  }
}

/** Numbers come again after a while. */
function isSameBroadcast(known: GuideEvent, event: GuideEvent): boolean {
  return known.title === event.title && Math.abs(known.startMs - event.startMs) < aheadMs / 2
}

/** Present and schedule tell of the same broadcast, one of them more of it than the other. */
function merge(known: GuideEvent, event: GuideEvent): GuideEvent {
  const [before, after] = [known.description ?? '', event.description ?? '']
  return {
    ...event,
    description: (before.length > after.length ? before : after) || null,
    category: event.category ?? known.category,
    rating: event.rating ?? known.rating,
  }
}

function placeOf(pid: number, section: Uint8Array): string {
  const part = section[0] === psipTables.text ? uint32(section, 9) : (section[6] ?? 0)
  return `${pid}/${section[0] ?? 0}/${uint16(section, 3)}/${part}`
}

function crcOf(section: Uint8Array): number {
  return uint32(section, section.length - 4)
}
