import type { Channel } from '../../../../protocol/api.ts'
import type { SearchMessages } from '../../../messages/search/en.ts'

/** What can be put in place of `[from, to)` of the query's text. */
export interface Suggestion {
  readonly text: string
  readonly says: string
  readonly from: number
  readonly to: number
}

export interface Known {
  readonly channels: readonly Channel[]
  readonly messages: SearchMessages
  readonly now: number
  readonly nameOfLanguage: (tag: string) => string | undefined
}

type Name = 'channel' | 'network' | 'show' | 'lang' | 'track' | 'from' | 'to' | 'hour' | 'day'
const names = [
  ...(['channel', 'network', 'show', 'lang', 'track'] as const),
  ...(['from', 'to', 'hour', 'day'] as const),
] satisfies readonly Name[]
const dayMs = 86_400_000
const most = 8

/** What could be meant by the word at the caret; with nothing there, what there is to be said. */
export function suggest(text: string, caret: number, known: Known): readonly Suggestion[] {
  const { from, word, isQuoted } = wordAt(text, caret)
  if (isQuoted) return []
  const { hints } = known.messages.box
  const filter = /^([a-z]+):(.*)$/i.exec(word)
  if (filter !== null) {
    const name = names.find((one) => one === filter[1]?.toLowerCase())
    const begun = plain(filter[2]?.replaceAll('"', '') ?? '')
    if (name === undefined) return []
    return valuesOf(name, known)
      .filter(
        ({ value, says }) =>
          plain(value).startsWith(begun) ||
          plain(says)
            .split(' ')
            .some((one) => begun !== '' && one.startsWith(begun)),
      )
      .map(({ value, says }) => ({ text: `${name}:${quoted(value)}`, says, from, to: caret }))
      .filter((one) => one.text !== word)
      .slice(0, most)
  }
  const filters = names
    .filter((name) => name.startsWith(word.toLowerCase()))
    .map((name) => ({ text: `${name}:`, says: hints[name], from, to: caret }))
  if (word !== '') return filters
  const signs: readonly (readonly [string, string])[] =
    text.trim() === ''
      ? [['"', hints.quotes]]
      : [
          ['"', hints.quotes],
          ['OR ', hints.or],
          ['NEAR/10 ', hints.near],
          ['-', hints.minus],
        ]
  return [...signs.map(([sign, says]) => ({ text: sign, says, from, to: caret })), ...filters]
}

/** The word being typed: after the last space, bracket or minus, unless a quotation mark is open. */
function wordAt(text: string, caret: number): { from: number; word: string; isQuoted: boolean } {
  let from = 0
  let isOpen = false
  let openedAfter = ''
  for (let at = 0; at < caret; at++) {
    const character = text.charAt(at)
    if (/["“”„]/.test(character)) {
      isOpen = !isOpen
      openedAfter = isOpen ? text.slice(from, at) : ''
    } else if (!isOpen && /[\s()]/.test(character)) from = at + 1
    else if (!isOpen && character === '-' && at === from) from = at + 1
  }
  const isQuoted = isOpen && !openedAfter.endsWith(':')
  return { from, word: text.slice(from, caret), isQuoted }
}

interface Value {
  readonly value: string
  readonly says: string
}

function valuesOf(name: Name, known: Known): readonly Value[] {
  const { channels, messages, now, nameOfLanguage } = known
  const { dates, hours, days } = messages.box
  switch (name) {
    case 'channel':
      return channels.map(({ id, name: says }) => ({ value: id, says }))
    case 'network': {
      const networks = unique(channels.flatMap(({ network }) => network ?? []))
      return networks.map((value) => ({
        value,
        says: channels
          .filter(({ network }) => network === value)
          .map((channel) => channel.name)
          .join(', '),
      }))
    }
    case 'show':
      return unique(channels.flatMap(({ now: airing }) => airing?.title ?? [])).map((value) => ({
        value,
        says: channels.find(({ now: airing }) => airing?.title === value)?.name ?? '',
      }))
    case 'lang':
      return unique(
        channels.flatMap(({ languages, tracks }) => [
          ...languages,
          ...tracks.flatMap(({ language }) => language ?? []),
        ]),
      ).map((value) => ({ value, says: nameOfLanguage(value) ?? value }))
    case 'track':
      return unique(channels.flatMap(({ tracks }) => tracks.map(({ track }) => track))).map(
        (value) => ({ value, says: messages.box.hints.track }),
      )
    case 'from':
    case 'to':
      return [
        { value: day(now), says: dates.today },
        { value: day(now - dayMs), says: dates.yesterday },
        { value: day(now - 7 * dayMs), says: dates.week },
        { value: day(now - 30 * dayMs), says: dates.month },
        { value: day(now - 365 * dayMs), says: dates.year },
      ]
    case 'hour':
      return [
        { value: '6-9', says: hours.morning },
        { value: '18-22', says: hours.evening },
        { value: '23-5', says: hours.night },
      ]
    case 'day':
      return [
        { value: 'sat-sun', says: days.weekend },
        { value: 'mon-fri', says: days.week },
      ]
  }
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

function quoted(value: string): string {
  return /[\s()]/.test(value) ? `"${value.replaceAll('"', ' ')}"` : value
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)].sort()
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
}
