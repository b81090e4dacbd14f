import { languageTag } from './languages.ts'

/** A service of subtitles that is no caption of CEA-608 or 708, as a programme map announces it. */
export interface SubtitleService {
  readonly programme: number
  readonly kind: 'teletext' | 'dvb' | 'isdb'
  /** TT888, DVB-eng, ISDB */
  readonly track: string
  /** ISO 639-2 as it was sent; null where none is. */
  readonly code: string | null
  /** BCP 47 */
  readonly language: string | null
}

/** EN 300 468 6.2.42 and 6.2.43, ARIB STD-B10 6.2.20. */
const tags = { vbiTeletext: 0x46, teletext: 0x56, subtitling: 0x59, dataComponent: 0xfd } as const
/** Subtitle pages, for everybody and for those who hear badly. */
const subtitlePages = new Set([0x02, 0x05])
/** Captions, in ARIB's numbers of data components. */
const arCaptions = 0x0008
const privateData = 0x06

/** Subtitle services of a programme map section; none for another table. */
export function parseSubtitleServices(section: Uint8Array): SubtitleService[] {
  if (section[0] !== 0x02 || section.length < 16) return []
  const programme = uint16(section, 3)
  const end = section.length - 4
  const services: SubtitleService[] = []
  let at = 12 + (uint16(section, 10) & 0x0fff)
  while (at + 5 <= end) {
    const next = at + 5 + (uint16(section, at + 3) & 0x0fff)
    if (section[at] === privateData)
      services.push(...ofStream(section.subarray(at + 5, Math.min(next, end)), programme))
    at = next
  }
  return services
}

function ofStream(descriptors: Uint8Array, programme: number): SubtitleService[] {
  const services: SubtitleService[] = []
  for (let at = 0; at + 2 <= descriptors.length;) {
    const body = descriptors.subarray(at + 2, at + 2 + (descriptors[at + 1] ?? 0))
    const tag = descriptors[at]
    if (tag === tags.teletext || tag === tags.vbiTeletext)
      services.push(...teletextPages(body, programme))
    else if (tag === tags.subtitling) services.push(...dvbLanguages(body, programme))
    else if (tag === tags.dataComponent && body.length >= 2 && uint16(body, 0) === arCaptions)
      services.push({ programme, kind: 'isdb', track: 'ISDB', code: null, language: null })
    at += 2 + (descriptors[at + 1] ?? 0)
  }
  return services
}

function teletextPages(body: Uint8Array, programme: number): SubtitleService[] {
  const services: SubtitleService[] = []
  for (let at = 0; at + 5 <= body.length; at += 5) {
    const flags = body[at + 3] ?? 0
    if (!subtitlePages.has(flags >> 3)) continue
    const magazine = (flags & 7) === 0 ? 8 : flags & 7
    const page = (body[at + 4] ?? 0).toString(16).padStart(2, '0')
    // Pages of subtitles are decimal.
    if (!/^\d\d$/.test(page)) continue
    const track = `TT${magazine}${page}`
    services.push({ programme, kind: 'teletext', track, ...languageOf(body, at) })
  }
  return services
}

function dvbLanguages(body: Uint8Array, programme: number): SubtitleService[] {
  const services: SubtitleService[] = []
  for (let at = 0; at + 8 <= body.length; at += 8) {
    const said = languageOf(body, at)
    services.push({ programme, kind: 'dvb', track: `DVB-${said.code ?? 'und'}`, ...said })
  }
  return services
}

function languageOf(bytes: Uint8Array, at: number): Pick<SubtitleService, 'code' | 'language'> {
  const letters = [0, 1, 2].map((n) => String.fromCharCode(bytes[at + n] ?? 0)).join('')
  const code = /^[a-z]{3}$/i.test(letters) ? letters.toLowerCase() : null
  return { code, language: code === null ? null : languageTag(code) }
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
