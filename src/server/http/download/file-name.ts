import { cleanLine } from '../../../captions/files/clean-text.ts'
import type { Airing } from '../../../protocol/api.ts'
import type { Range } from '../../ports/archive.ts'

/** Longest title in a file's name, in UTF-16 units: file systems take 255 bytes. */
const maxTitle = 60
/** What a file system, a shell or a zip reader on another system would not take. */
const unfit = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

/** `news-2026-11-24T18.00Z-CC1.srt`; seconds where they are not zero, the end where no track is named. */
export function fileName(
  channel: string,
  range: Range,
  tracks: readonly string[],
  extension: string,
  airing: Airing | null = null,
): string {
  const parts = [
    channel,
    airing === null ? '' : titlePart(airing.title),
    range.from === null ? '' : stamp(range.from),
    airing !== null || range.to === null ? '' : `to-${stamp(range.to)}`,
    ...tracks,
  ]
  return `${parts.filter((part) => part !== '').join('-')}.${extension}`
}

/** Colons are not for file names, and the rest stays readable. */
function stamp(at: string): string {
  return at.replace(/(?::00)?\.000Z$/, 'Z').replaceAll(':', '.')
}

function titlePart(title: string): string {
  const text = cleanLine(title)
    .replace(unfit, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, maxTitle)
    .replace(/[\ud800-\udbff]$/, '')
  return text.replace(/^[\s.-]+|[\s.]+$/g, '')
}

/** RFC 6266: the name in ASCII for old readers and, where it has more, in UTF-8 by RFC 8187. */
export function contentDisposition(name: string): string {
  const ascii = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\%]/gu, '_')
  const plain = `attachment; filename="${ascii}"`
  if (ascii === name) return plain
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${plain}; filename*=UTF-8''${encoded}`
}
