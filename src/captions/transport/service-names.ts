import { decodeDvbText } from '../guide/dvb-text.ts'
import { bodyEnd, descriptors, isCurrent, uint16 } from './bytes.ts'

/** What a stream calls one of its programmes. */
export interface ServiceName {
  readonly programme: number
  readonly name: string | null
  /** The number that viewers know, of ATSC: 5.1. */
  readonly number: string | null
  /** ATSC: how the guide names it. */
  readonly sourceId: number | null
  /** Descriptors of an ATSC channel, of the section handed over. */
  readonly descriptors: { readonly from: number; readonly to: number } | null
}

export const describedServices = { pid: 0x11, table: 0x42 } as const
export const psipPid = 0x1ffb
const terrestrialChannels = 0xc8
const cableChannels = 0xc9
const serviceDescriptorTag = 0x48

/** The services of an SDT of this stream (ETSI EN 300 468 5.2.3). */
export function parseDescribedServices(section: Uint8Array): ServiceName[] | null {
  if (section[0] !== describedServices.table || !isCurrent(section)) return null
  const names: ServiceName[] = []
  for (let at = 11; at + 5 <= bodyEnd(section);) {
    const next = at + 5 + (uint16(section, at + 3) & 0x0fff)
    const programme = uint16(section, at)
    const name = serviceName(section, at + 5, Math.min(next, bodyEnd(section)))
    names.push({ programme, name, number: null, sourceId: null, descriptors: null })
    at = next
  }
  return names
}

function serviceName(section: Uint8Array, from: number, to: number): string | null {
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag !== serviceDescriptorTag) continue
    const provider = section[start + 1] ?? 0
    const at = start + 2 + provider
    const length = section[at] ?? 0
    if (at + 1 + length > end) return null
    return decodeDvbText(section.subarray(at + 1, at + 1 + length))?.trim() || null
  }
  return null
}

/** The channels of a VCT, terrestrial or cable (ATSC A/65 6.3). */
export function parseVirtualChannels(section: Uint8Array): ServiceName[] | null {
  const isTable = section[0] === terrestrialChannels || section[0] === cableChannels
  if (!isTable || !isCurrent(section)) return null
  const names: ServiceName[] = []
  const count = section[9] ?? 0
  let at = 10
  for (let i = 0; i < count && at + 32 <= bodyEnd(section); i++) {
    const to = at + 32 + (uint16(section, at + 30) & 0x03ff)
    const name = new TextDecoder('utf-16be').decode(section.subarray(at, at + 14))
    const numbers = ((section[at + 14] ?? 0) << 16) | uint16(section, at + 15)
    const [major, minor] = [(numbers >> 10) & 0x3ff, numbers & 0x3ff]
    names.push({
      programme: uint16(section, at + 24),
      name: name.replaceAll(/\p{Cc}/gu, '').trim() || null,
      // Cable channels may have one number, spread over both fields.
      number:
        (major & 0x3f0) === 0x3f0 ? String(((major & 0x0f) << 10) + minor) : `${major}.${minor}`,
      sourceId: uint16(section, at + 28),
      descriptors: { from: at + 32, to: Math.min(to, bodyEnd(section)) },
    })
    at = to
  }
  return names
}
