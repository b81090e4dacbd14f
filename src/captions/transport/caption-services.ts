import type { CaptionService } from '../caption-group.ts'
import { ascii, descriptors } from './bytes.ts'
import { languageTag } from './languages.ts'

const captionServiceTag = 0x86
const entryBytes = 6

/** caption_service_descriptor, ATSC A/65 6.9.2, among the descriptors of a PMT, a VCT or an EIT. */
export function captionServices(section: Uint8Array, from: number, to: number): CaptionService[] {
  const services: CaptionService[] = []
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag !== captionServiceTag || start >= end) continue
    const count = (section[start] ?? 0) & 0x1f
    for (let at = start + 1, i = 0; i < count && at + entryBytes <= end; at += entryBytes, i++)
      services.push(...captionServiceAt(section, at))
  }
  return services
}

/** Its six bytes for one service, as caption distribution packets have them too; none for what is no service. */
export function captionServiceAt(bytes: Uint8Array, at: number): CaptionService[] {
  const flags = bytes[at + 3] ?? 0
  const isDigital = (flags & 0x80) !== 0
  const track = isDigital ? `S${flags & 0x3f}` : (flags & 1) === 0 ? 'CC1' : 'CC3'
  return track === 'S0' ? [] : [{ track, language: languageTag(ascii(bytes, at, 3)) }]
}

/** Of several that say something of one track, the first. */
export function uniqueServices(services: readonly CaptionService[]): CaptionService[] {
  const byTrack = new Map<string, CaptionService>()
  for (const service of services) {
    if (!byTrack.has(service.track)) byTrack.set(service.track, service)
  }
  return [...byTrack.values()]
}
