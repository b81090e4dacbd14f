import type { Notification } from '../../../../protocol/alerts.ts'
import { shorten } from './passage.ts'
import {
  aroundMatch,
  historyOf,
  linkTo,
  placeOf,
  subjectOf,
  volumeOf,
  type Surroundings,
} from './summary.ts'
import { formatClock } from './times.ts'

/** A notification in a few lines: for a telephone's screen. */
export interface ShortMessage {
  readonly title: string
  readonly body: string
  readonly link: string
}

const quotedMentions = 3

export function shortMessage(
  notification: Notification,
  { words, site }: Surroundings,
): ShortMessage {
  const { kind, alert, mentions, more, volume } = notification
  const [first] = mentions
  if (kind === 'test')
    return { title: words.testSubject, body: words.test, link: linkTo(site, '/destinations') }
  const news = volumeOf(notification, words)
  const lines = mentions.slice(0, quotedMentions).map((mention) => {
    const clock = formatClock(mention.start, mention.timeZone, words.locale)
    return `${clock} ${placeOf(mention, words)}: ${aroundMatch(mention, 160)}`
  })
  const left = mentions.length + more - lines.length
  if (left > 0) lines.push(words.more(left))
  const path = volume?.link ?? (mentions.length + more === 1 ? first?.permalink : undefined)
  return {
    title:
      lines.length > 1 || news !== null ? subjectOf(notification, words) : shorten(alert.name, 100),
    body: [...(news === null ? [] : [news]), ...lines].join('\n'),
    link: linkTo(site, path ?? historyOf(notification)),
  }
}
