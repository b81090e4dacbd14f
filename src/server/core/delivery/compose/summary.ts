import type { Mention, Notification } from '../../../../protocol/alerts.ts'
import type { Words } from '../words/words.ts'
import { onOneLine, partsOf, shorten, shortenStart } from './passage.ts'
import { formatSeconds } from './times.ts'

/** Where a notification leads and whom it is for: what no notification knows by itself. */
export interface Surroundings {
  readonly words: Words
  /** Where people reach this server, without a slash at the end. */
  readonly site: string
  /** ms */
  readonly nowMs: number
}

/** What fits on one line: the subject of a letter, the title of a push message. */
export function subjectOf(notification: Notification, words: Words): string {
  const { kind, alert, mentions, more, volume } = notification
  const [first] = mentions
  if (kind === 'test') return words.testSubject
  if (kind === 'volume' && volume !== null)
    return shorten(
      words.volumeSubject(alert.name, volume.mentions, formatUsual(volume.usual, words)),
      200,
    )
  if (kind === 'digest' || first === undefined || mentions.length + more > 1)
    return shorten(words.digestSubject(alert.name, mentions.length + more), 200)
  return shorten(
    `${words.mentionsOn(alert.name, first.channelName)} · ${aroundMatch(first, 60)}`,
    200,
  )
}

/** A few words with the match among them. */
export function aroundMatch(mention: Mention, most: number): string {
  const parts = partsOf(mention)
  const first = parts.findIndex(({ isMatch }) => isMatch)
  if (first < 0) return shorten(mention.text, most)
  const said = (some: typeof parts): string => some.map(({ text }) => text).join('')
  const before = said(parts.slice(0, first))
  const rest = said(parts.slice(first))
  const start = shortenStart(before, Math.max(12, Math.floor(most / 3)))
  return shorten(`${start} ${rest}`, most)
}

/** The longest passages that are quoted of one notification, so that no letter grows without end. */
const longestContext = 600

export interface Quote {
  readonly before: string
  readonly parts: ReturnType<typeof partsOf>
  readonly after: string
}

export function quoteOf(mention: Mention): Quote {
  return {
    before: shortenStart(mention.before, longestContext),
    parts: partsOf(mention),
    after: shorten(mention.after, longestContext),
  }
}

/** Of the channel and its programme, for a heading. */
export function placeOf({ channelName, network, airing }: Mention, words: Words): string {
  const channel =
    network === null || network === channelName ? channelName : `${channelName} (${network})`
  return onOneLine(`${channel} · ${airing?.title ?? words.unknownProgramme}`)
}

/** The whole address of a path that a notification carries. */
export function linkTo(site: string, path: string): string {
  return `${site}${path.startsWith('/') ? '' : '/'}${path}`
}

/** The path of the page with all that an alert found. */
export function historyOf({ alert }: Notification): string {
  return `/alerts/${encodeURIComponent(alert.id)}/mentions`
}

/** `aired 20:15:03 → received +0.4 s → …`, as steps. */
export function trailOf(
  { trail }: Mention,
  { words, nowMs }: Surroundings,
  clock: (at: string) => string,
): string[] {
  const aired = Date.parse(trail.aired)
  const later = (word: string, ms: number): string =>
    `${word} ${words.later(formatSeconds(aired, ms, words.locale))}`
  return [
    `${words.aired} ${clock(trail.aired)}`,
    later(words.received, Date.parse(trail.received)),
    later(words.matched, Date.parse(trail.matched)),
    later(words.sent, nowMs),
  ]
}

export function formatUsual(value: number, words: Words): string {
  return new Intl.NumberFormat(words.locale, { maximumFractionDigits: 1 }).format(value)
}

/** The sentence about a volume, figures included. */
export function volumeOf({ volume }: Notification, words: Words): string | null {
  if (volume === null) return null
  const { mentions, usual, sigma, weeks } = volume
  return words.volume(mentions, formatUsual(usual, words), formatUsual(sigma, words), weeks)
}

/** The channels that aired the same words, each once. */
export function alsoOn({ alsoOn }: Mention): string {
  return onOneLine([...new Set(alsoOn.map(({ channelName }) => channelName))].join(', '))
}
