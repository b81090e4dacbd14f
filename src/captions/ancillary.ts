import type { CaptionService } from './caption-group.ts'
import { captionServiceAt } from './transport/caption-services.ts'
import type { CcBuffer } from './transport/cc-buffer.ts'

/** SMPTE 334-1: DID 61h carries captions, its SDID says how. */
const captionsDid = 0x61
const distributionSdid = 0x01
const line21Sdid = 0x02

const timeCodeSection = 0x71
const ccDataSection = 0x72
const servicesSection = 0x73
const footerSection = 0x74
const serviceBytes = 7

/**
 * Appends the caption blocks of one ancillary data packet: DID, SDID, count, user data, checksum. Answers the
 * fault found, or null; packets of other services are passed over. Services that it announces replace those of their tracks.
 */
export function appendPacketBlocks(
  packet: Uint8Array,
  blocks: CcBuffer,
  services: Map<string, CaptionService>,
): string | null {
  if (packet[0] !== captionsDid) return null
  const count = packet[2] ?? 0
  const end = 3 + count
  if (packet.length < end) return 'anc-truncated'
  if (packet[1] === line21Sdid) {
    // Field in bit 7 (1 is the first), line offset, then the pair.
    if (count < 3) return 'anc-truncated'
    const flags = ((packet[3] ?? 0) & 0x80) !== 0 ? 0xfc : 0xfd
    blocks.append(flags, packet[4] ?? 0, packet[5] ?? 0)
    return null
  }
  if (packet[1] !== distributionSdid) return null
  return appendDistributionPacket(packet, 3, end, blocks, services)
}

/** A caption distribution packet of SMPTE 334-2. Its blocks are taken also when its checksum is wrong. */
function appendDistributionPacket(
  bytes: Uint8Array,
  from: number,
  end: number,
  blocks: CcBuffer,
  services: Map<string, CaptionService>,
): string | null {
  if (bytes[from] !== 0x96 || bytes[from + 1] !== 0x69) return 'cdp-header'
  const length = bytes[from + 2] ?? 0
  const to = from + length
  if (length < 11 || to > end) return 'cdp-truncated'
  let at = from + 7
  while (at < to) {
    const section = bytes[at]
    if (section === timeCodeSection) at += 5
    else if (section === ccDataSection) {
      const count = (bytes[at + 1] ?? 0) & 0x1f
      if (at + 2 + count * 3 > to) return 'cdp-truncated'
      for (let i = at + 2; i < at + 2 + count * 3; i += 3) {
        blocks.append(bytes[i] ?? 0, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0)
      }
      at += 2 + count * 3
    } else if (section === servicesSection) {
      const next = at + 2 + ((bytes[at + 1] ?? 0) & 0x0f) * serviceBytes
      if (next > to) return 'cdp-truncated'
      // A number, then what a caption service descriptor says.
      for (let i = at + 2; i < next; i += serviceBytes)
        for (const service of captionServiceAt(bytes, i + 1)) services.set(service.track, service)
      at = next
    } else if (section === footerSection) return hasGoodSum(bytes, from, to) ? null : 'cdp-checksum'
    // Sections to come have a length byte.
    else if (section !== undefined && section >= 0x75 && section <= 0xef) {
      at += 2 + (bytes[at + 1] ?? 0)
    } else return 'cdp-section'
  }
  return 'cdp-truncated'
}

function hasGoodSum(bytes: Uint8Array, from: number, to: number): boolean {
  let sum = 0
  for (let at = from; at < to; at++) sum += bytes[at] ?? 0
  return (sum & 0xff) === 0
}
