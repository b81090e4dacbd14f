import type { CaptionService } from '../caption-group.ts'
import { ascii, bodyEnd, descriptors, isCurrent, uint16 } from './bytes.ts'
import { captionServices, uniqueServices } from './caption-services.ts'
import { languageTag } from './languages.ts'

/** How a video stream carries its caption bytes. */
export type VideoCodec = 'mpeg-2' | 'h.264' | 'hevc'

export interface ProgrammeMap {
  readonly programme: number
  readonly video: { readonly pid: number; readonly codec: VideoCodec } | null
  readonly services: readonly CaptionService[]
  /** Languages of its sound, BCP 47, as far as they are named; empty strings for those that are not. */
  readonly audio: readonly string[]
  /** A conditional access system is named: it may be encrypted. */
  readonly hasAccessControl: boolean
}

const registrationTag = 0x05
const accessControlTag = 0x09
const languageDescriptorTag = 0x0a

/** MPEG-1, MPEG-2, AAC, AC-3, E-AC-3 and their like; DVB's AC-3 is private data with a descriptor. */
const audioTypes = new Set([0x03, 0x04, 0x0f, 0x11, 0x81, 0x87])
const privateData = 0x06
const dvbAudioTags = new Set([0x6a, 0x7a, 0x7b, 0x7c])

/** The PMT PIDs by programme number, in the order of the PAT; null for another table or a future one. */
export function parseProgrammeAssociation(section: Uint8Array): Map<number, number> | null {
  if (section[0] !== 0x00 || !isCurrent(section)) return null
  const programmes = new Map<number, number>()
  for (let at = 8; at + 4 <= bodyEnd(section); at += 4) {
    const number = uint16(section, at)
    // Programme 0 is the network information table.
    if (number !== 0) programmes.set(number, uint16(section, at + 2) & 0x1fff)
  }
  return programmes
}

export function parseProgrammeMap(section: Uint8Array): ProgrammeMap | null {
  if (section[0] !== 0x02 || !isCurrent(section)) return null
  const end = bodyEnd(section)
  const programmeInfo = 12
  let at = programmeInfo + (uint16(section, 10) & 0x0fff)
  const infoEnd = Math.min(at, end)
  const services = captionServices(section, programmeInfo, infoEnd)
  const isBluRay = hasRegistration(section, programmeInfo, infoEnd, 'HDMV')
  let hasAccessControl = hasTag(section, programmeInfo, infoEnd, accessControlTag)
  let video: ProgrammeMap['video'] = null
  const audio: string[] = []
  while (at + 5 <= end) {
    const type = section[at] ?? 0
    const codec = videoCodec(type, isBluRay)
    const pid = uint16(section, at + 1) & 0x1fff
    const next = at + 5 + (uint16(section, at + 3) & 0x0fff)
    const [from, to] = [at + 5, Math.min(next, end)]
    if (codec !== null && video === null) video = { pid, codec }
    if (isAudio(section, type, from, to)) audio.push(audioLanguage(section, from, to))
    hasAccessControl ||= hasTag(section, from, to, accessControlTag)
    services.push(...captionServices(section, from, to))
    at = next
  }
  const programme = uint16(section, 3)
  return { programme, video, services: uniqueServices(services), audio, hasAccessControl }
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

function isAudio(section: Uint8Array, type: number, from: number, to: number): boolean {
  if (audioTypes.has(type)) return true
  if (type !== privateData) return false
  for (const [tag] of descriptors(section, from, to)) if (dvbAudioTags.has(tag)) return true
  return false
}

function audioLanguage(section: Uint8Array, from: number, to: number): string {
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag === languageDescriptorTag && end - start >= 3)
      return languageTag(ascii(section, start, 3)) ?? ''
  }
  return ''
}

function hasRegistration(section: Uint8Array, from: number, to: number, name: string): boolean {
  for (const [tag, start] of descriptors(section, from, to)) {
    if (tag === registrationTag && ascii(section, start, 4) === name) return true
  }
  return false
}

function hasTag(section: Uint8Array, from: number, to: number, wanted: number): boolean {
  for (const [tag] of descriptors(section, from, to)) if (tag === wanted) return true
  return false
}
