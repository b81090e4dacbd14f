import type { Mode } from '../../protocol/events.ts'
import { languageTag } from '../transport/languages.ts'

/** A moment as a transcript words it. */
export interface TranscriptTime {
  readonly ms: number
  /** Since 1970, not since the beginning of the stream. */
  readonly isAbsolute: boolean
}

interface Times {
  readonly start: TranscriptTime
  readonly end: TranscriptTime
}

/** One row of one caption. */
export interface TranscriptRow extends Times {
  readonly kind: 'row'
  readonly track: string
  /** BCP 47, where the line names it. */
  readonly language: string | null
  readonly mode: Mode
  readonly text: string
}

/** What XDS says, in words. */
export interface TranscriptXds extends Times {
  readonly kind: 'xds'
  /** CUR, FUT, CHN …; null where lines do not tell. */
  readonly xdsClass: string | null
  readonly text: string
}

const modes: Readonly<Record<string, Mode>> = {
  ...{ POP: 'pop-on', PAI: 'paint-on', TXT: 'text' },
  ...{ RU1: 'roll-up', RU2: 'roll-up', RU3: 'roll-up', RU4: 'roll-up' },
  ...{ TLT: 'pop-on', ISDB: 'pop-on', DVB: 'pop-on', BURN: 'pop-on', '???': 'pop-on' },
}
const xdsClasses = new Set(['CUR', 'FUT', 'CHN', 'MIS', 'PUB', 'RES', 'PRV', 'END'])
const markup = /<\/?(?:font|i|b|u)(?:\s[^<>]*)?>/gi
/** Earlier than this it is a stream’s own time on the calendar of 1970 (--ucla, --datets without --unixts). */
const firstAbsoluteMs = Date.UTC(1971, 0, 1)
/** Later than this it is a number that was damaged. */
const lastAbsoluteMs = Date.UTC(2200, 0, 1)

/**
 * `start|[end|][CC|]mode|text` in all spellings of CCExtractor: times as HH:MM:SS,mmm, seconds,mmm or
 * YYYYMMDDHHMMSS,mmm (or with points), the track before the mode, the page of teletext before TLT or alone, XDS with
 * or without its class. `|` in the text is text. Undefined for what does not begin with a time.
 */
export function parseLine(line: string): TranscriptRow | TranscriptXds | undefined {
  const fields = new Fields(line)
  const start = fields.take(parseTime)
  if (start === undefined) return undefined
  const end = fields.take(parseTime) ?? start
  const times = { start, end }
  const isXds = fields.take((field) => field === 'XDS' || undefined) === true
  if (isXds) {
    const xdsClass = fields.take((field) => (xdsClasses.has(field) ? field : undefined)) ?? null
    return { kind: 'xds', ...times, xdsClass, text: fields.rest }
  }
  const service = fields.take(parseService)
  const mode = fields.take((field) => (Object.hasOwn(modes, field) ? field : undefined))
  const known = service ?? { word: null, mode: null }
  const word = mode ?? known.mode
  const text = fields.rest.replace(markup, '')
  return {
    ...{ kind: 'row', ...times, text, mode: modes[word ?? 'POP'] ?? 'pop-on' },
    ...nameOf(known.word, word),
  }
}

/** `|` ends a field; what no field is stays text. */
class Fields {
  rest: string

  constructor(line: string) {
    this.rest = line
  }

  take<T>(parse: (field: string) => T | undefined): T | undefined {
    const end = this.rest.indexOf('|')
    // A field is short: what follows a long one is text with a bar in it.
    if (end < 0 || end > 24) return undefined
    const value = parse(this.rest.slice(0, end).trim())
    if (value !== undefined) this.rest = this.rest.slice(end + 1)
    return value
  }
}

export function parseTime(text: string): TranscriptTime | undefined {
  const clock = /^(-?)(\d{1,4}):(\d\d):(\d\d)[,.:](\d{1,3})$/.exec(text)
  if (clock !== null) {
    const [, sign, hours, minutes, seconds, ms = ''] = clock
    const value = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
    return relative(sign === '-' ? 0 : value * 1000 + milliseconds(ms))
  }
  const date = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)[,.](\d{1,3})$/.exec(text)
  if (date !== null) {
    const [year = 0, month = 0, day = 0, hour, minute, second] = date.slice(1, 7).map(Number)
    if (month < 1 || month > 12 || day < 1 || day > 31) return undefined
    return onCalendar(
      Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds(date[7] ?? ''),
    )
  }
  const seconds = /^(-?)(\d{1,12})[,.](\d{1,3})$/.exec(text)
  if (seconds === null) return undefined
  const [, sign, whole, ms = ''] = seconds
  return sign === '-' ? relative(0) : onCalendar(Number(whole) * 1000 + milliseconds(ms))
}

function onCalendar(ms: number): TranscriptTime | undefined {
  if (ms > lastAbsoluteMs) return undefined
  return ms >= firstAbsoluteMs ? { ms, isAbsolute: true } : relative(ms)
}

function relative(ms: number): TranscriptTime {
  return { ms, isAbsolute: false }
}

/** Digits behind a point or comma. */
function milliseconds(digits: string): number {
  return Number(digits.padEnd(3, '0'))
}

interface Service {
  readonly word: string
  readonly mode: string | null
}

/** CC1 … CC4, a page of teletext, with or without its mode behind it, a language, or a service of CEA-708. */
function parseService(field: string): Service | undefined {
  const page = /^(\d{3})(TLT)?$/.exec(field)
  if (page !== null) return { word: `TT${page[1] ?? ''}`, mode: 'TLT' }
  if (/^(?:CC[1-4]|S(?:[1-9]|[1-5]\d|6[0-3]))$/.test(field)) return { word: field, mode: null }
  return /^[a-z]{3}$/.test(field) ? { word: field, mode: null } : undefined
}

function nameOf(
  service: string | null,
  mode: string | null,
): { readonly track: string; readonly language: string | null } {
  if (service !== null && /^[a-z]{3}$/.test(service)) {
    const kind = mode === 'ISDB' || mode === 'TLT' || mode === 'BURN' ? kinds[mode] : 'DVB'
    return { track: `${kind}-${service}`, language: languageTag(service) }
  }
  const track = service ?? kinds[mode ?? ''] ?? 'CC1'
  // The text services are no captions.
  const isText = mode === 'TXT' && track.startsWith('CC')
  return { track: isText ? `T${track.slice(2)}` : track, language: null }
}

const kinds: Readonly<Record<string, string>> = {
  TLT: 'TT',
  ISDB: 'ISDB',
  DVB: 'DVB',
  BURN: 'BURN',
}
