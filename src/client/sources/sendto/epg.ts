import { createHash } from 'node:crypto'
import type { GuideAiring } from '../../airings.ts'

/** Start, stop, title, description, language, category: CCExtractor’s EPG_DATA. */
const fields = 6
const hashLength = 24

/** Undefined for what is no event: ended by NUL each, times as YYYYMMDDHHMMSS +0000. */
export function parseEpg(payload: Uint8Array): GuideAiring | undefined {
  const parts = textOf(payload).split('\0').slice(0, fields).map(clean)
  const [start = '', stop = '', title = '', description = '', , category = ''] = parts
  const startMs = parseTime(start)
  if (startMs === null || title === '') return undefined
  const endMs = parseTime(stop)
  const hash = createHash('sha256').update(`${startMs} ${title}`).digest('hex')
  return {
    ...{ id: `epg-${hash.slice(0, hashLength)}`, title, startMs, rating: null },
    endMs: endMs !== null && endMs > startMs ? endMs : null,
    description: description === '' ? null : description,
    category: category === '' ? null : category,
  }
}

/** CC_DESC: what the operator of the other side calls it. */
export function parseDescription(payload: Uint8Array): string {
  return clean(textOf(payload)).slice(0, 100)
}

function textOf(payload: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(payload)
  } catch {
    return new TextDecoder('windows-1252').decode(payload)
  }
}

function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
}

function parseTime(text: string): number | null {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?: ([+-])(\d\d)(\d\d))?$/.exec(text)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour, minute, second] = match.slice(1, 7).map(Number)
  if (month < 1 || month > 12 || day < 1 || day > 31) return null
  const offsetMinutes = Number(match[8] ?? 0) * 60 + Number(match[9] ?? 0)
  const ms = Date.UTC(year, month - 1, day, hour, minute, second)
  return ms - (match[7] === '-' ? -offsetMinutes : offsetMinutes) * 60_000
}
