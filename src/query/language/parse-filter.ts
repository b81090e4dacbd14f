import { channelIdSchema, languageSchema, trackSchema } from '../../protocol/events.ts'
import { dayNames } from './day-names.ts'
import type { FilterName } from './lexer.ts'
import { parseWords } from './parse-words.ts'
import { QueryError } from './query-error.ts'
import type { Day, Filter } from './query.ts'
import { tokenize } from '../text/tokenize.ts'

/** 2026-01-31, 2026-01-31T18:00, 2026-01-31T18:00:00.000Z, 2026-01-31T18:00+02:00 */
const instant =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?([Zz]|[+-]\d{2}:\d{2})?)?$/

/** The filter `name:value`; `at` is where the value stood. */
export function parseFilter(name: FilterName, value: string, at: number): Filter {
  const trimmed = value.trim()
  if (trimmed === '') throw new QueryError(at, `${name}: needs a value.`)
  switch (name) {
    case 'channel': {
      const id = channelIdSchema.safeParse(trimmed.toLowerCase())
      if (!id.success)
        throw new QueryError(at, `channel: takes a channel's id, such as channel:news-1.`)
      return { kind: 'channel', id: id.data }
    }
    case 'network': {
      const network = tokenize(trimmed).terms.join(' ')
      if (network === '') throw new QueryError(at, `network: takes a network's name.`)
      return { kind: 'network', name: network }
    }
    case 'show':
      return { kind: 'show', title: parseWords(value, at) }
    case 'lang': {
      const language = languageSchema.safeParse(trimmed.toLowerCase())
      if (!language.success)
        throw new QueryError(
          at,
          'lang: takes a language tag (BCP 47), such as lang:es or lang:pt-BR.',
        )
      return { kind: 'lang', language: language.data }
    }
    case 'track': {
      const track = trackSchema.safeParse(trimmed.toLowerCase())
      if (!track.success)
        throw new QueryError(at, 'track: takes the name of a track, such as track:CC1.')
      return { kind: 'track', track: track.data }
    }
    case 'from':
    case 'to':
      return { kind: name, at: parseInstant(name, trimmed, at), said: trimmed.toUpperCase() }
    case 'hour':
      return parseHours(trimmed, at)
    case 'day':
      return parseDays(trimmed, at)
  }
}

function parseInstant(name: string, value: string, at: number): string {
  const [, date, time = '00:00', seconds = ':00', zone = 'Z'] = instant.exec(value) ?? []
  const iso = `${date ?? ''}T${time}${seconds}${zone.toUpperCase()}`
  const ms = date === undefined ? Number.NaN : Date.parse(iso)
  // 30 February would become a day in March.
  const isReal =
    !Number.isNaN(ms) &&
    date !== undefined &&
    new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().startsWith(date)
  const text = isReal ? new Date(ms).toISOString() : ''
  if (text.length !== 24)
    throw new QueryError(
      at,
      `${name}: takes a day or a moment in UTC, such as ${name}:2026-01-31 or ${name}:2026-01-31T18:00.`,
    )
  return text
}

function parseHours(value: string, at: number): Filter {
  const [, first, last = first] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(value) ?? []
  if (first === undefined || Number(first) > 23 || Number(last) > 23)
    throw new QueryError(at, 'hour: takes hours of the day from 0 to 23, such as hour:9-17.')
  return { kind: 'hour', first: Number(first), last: Number(last) }
}

function parseDays(value: string, at: number): Filter {
  const [first, last = first, ...rest] = value.split('-').map(parseDay)
  if (first === undefined || last === undefined || rest.length > 0)
    throw new QueryError(at, 'day: takes days of the week, such as day:sat or day:sat-sun.')
  return { kind: 'day', first, last }
}

/** A day's English name, or its first three letters or more. */
function parseDay(said: string): Day | undefined {
  const day = dayNames.findIndex(
    (name) => said.length >= 3 && name.toLowerCase().startsWith(said.toLowerCase()),
  )
  return day < 0 ? undefined : (day as Day)
}
