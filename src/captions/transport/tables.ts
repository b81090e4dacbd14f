import type { CaptionService } from '../caption-group.ts'
import { languageTag } from './languages.ts'

/** How a video stream carries its caption bytes. */
export type VideoCodec = 'mpeg-2' | 'h.264' | 'hevc'

export interface ProgrammeMap {
  readonly programme: number
  readonly video: { readonly pid: number; readonly codec: VideoCodec } | null
  readonly services: readonly CaptionService[]
}

const registrationTag = 0x05
const captionServiceTag = 0x86

/** The PMT PIDs by programme number, in the order of the PAT; null for another table or a future one. */
export function parseProgrammeAssociation(section: Uint8Array): Map<number, number> | null {
  if (section[0] !== 0x00 || !isCurrent(section)) return null
  const programmes = new Map<number, number>()
  for (let at = 8; at + 4 <= section.length - 4; at += 4) {
    const number = uint16(section, at)
    // Programme 0 is the network information table.
    if (number !== 0) programmes.set(number, uint16(section, at + 2) & 0x1fff)
  }
  return programmes
}

export function parseProgrammeMap(section: Uint8Array): ProgrammeMap | null {
  if (section[0] !== 0x02 || !isCurrent(section)) return null
  const end = section.length - 4
  const programmeInfo = 12
  let at = programmeInfo + (uint16(section, 10) & 0x0fff)
  const services = captionServices(section, programmeInfo, Math.min(at, end))
  const isBluRay = hasRegistration(section, programmeInfo, Math.min(at, end), 'HDMV')
  let video: ProgrammeMap['video'] = null
  while (at + 5 <= end) {
    const codec = videoCodec(section[at] ?? 0, isBluRay)
    const pid = uint16(section, at + 1) & 0x1fff
    const next = at + 5 + (uint16(section, at + 3) & 0x0fff)
    if (codec !== null && video === null) video = { pid, codec }
    services.push(...captionServices(section, at + 5, Math.min(next, end)))
    at = next
  }
  return { programme: uint16(section, 3), video, services: unique(services) }
}

function videoCodec(streamType: number, isBluRay: boolean): VideoCodec | null {
  switch (streamType) {
    case 0x01:
    case 0x02:
      return 'mpeg-2'
    // DigiCipher II, MPEG-2 on American cable; sound on Blu-ray discs.
    case 0x80:
      return isBluRay ? null : 'mpeg-2'
    case 0x1b:
      return 'h.264'
    case 0x24:
      return 'hevc'
    default:
      return null
  }
}

/** ATSC A/65 6.9.2. */
function captionServices(section: Uint8Array, from: number, to: number): CaptionService[] {
  const services: CaptionService[] = []
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag !== captionServiceTag || start >= end) continue
    const count = (section[start] ?? 0) & 0x1f
    for (let at = start + 1, i = 0; i < count && at + 6 <= end; at += 6, i++) {
      const flags = section[at + 3] ?? 0
      const isDigital = (flags & 0x80) !== 0
      const track = isDigital ? `S${flags & 0x3f}` : (flags & 1) === 0 ? 'CC1' : 'CC3'
      if (track === 'S0') continue
      services.push({ track, language: languageTag(ascii(section, at, 3)) })
    }
  }
  return services
}

function hasRegistration(section: Uint8Array, from: number, to: number, name: string): boolean {
  for (const [tag, start] of descriptors(section, from, to)) {
    if (tag === registrationTag && ascii(section, start, 4) === name) return true
  }
  return false
}

function* descriptors(
  section: Uint8Array,
  from: number,
  to: number,
): Generator<readonly [tag: number, start: number, end: number]> {
  for (let at = from; at + 2 <= to;) {
    const end = at + 2 + (section[at + 1] ?? 0)
    if (end > to) return
    yield [section[at] ?? 0, at + 2, end]
    at = end
  }
}

function unique(services: CaptionService[]): CaptionService[] {
  const byTrack = new Map<string, CaptionService>()
  for (const service of services) {
    if (!byTrack.has(service.track)) byTrack.set(service.track, service)
  }
  return [...byTrack.values()]
}

function isCurrent(section: Uint8Array): boolean {
  return ((section[5] ?? 0) & 1) === 1
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i] ?? 0)
  return text
}
