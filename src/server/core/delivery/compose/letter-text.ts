import type { Mention, Notification } from '../../../../protocol/alerts.ts'
import { onOneLine } from './passage.ts'
import {
  alsoOn,
  historyOf,
  linkTo,
  placeOf,
  quoteOf,
  trailOf,
  volumeOf,
  type Surroundings,
} from './summary.ts'
import { formatClock, formatMoment } from './times.ts'

/** Addresses in a letter that act for whoever clicks on them. */
export interface LetterLinks {
  readonly mute: string
  readonly stop: string
}

/** The plain part of a letter. What was said is on one line each, so that none can look like a part of ours. */
export function letterText(
  notification: Notification,
  around: Surroundings,
  links: LetterLinks | null,
): string {
  const { words, site } = around
  const { alert, mentions, more, kind, because, volume } = notification
  const parts: string[] = []
  if (kind === 'test') parts.push(words.test)
  const news = volumeOf(notification, words)
  if (news !== null) parts.push(news)
  if (volume !== null) parts.push(`${words.seeSearch}: ${linkTo(site, volume.link)}`)
  for (const mention of mentions) parts.push(mentionText(mention, around))
  if (more > 0) parts.push(`${words.more(more)}: ${linkTo(site, historyOf(notification))}`)
  const foot = [
    kind === 'test' ? words.whyTest : words.why(onOneLine(alert.name), onOneLine(alert.restated)),
  ]
  const held = words.because[because]
  if (held !== null) foot.push(held)
  if (links !== null) foot.push(`${words.mute}: ${links.mute}`, `${words.stop}: ${links.stop}`)
  foot.push(`${words.manage}: ${linkTo(site, '/destinations')}`)
  // The mark of RFC 3676 before what is not the message itself.
  return `${parts.join('\n\n')}\n\n-- \n${foot.join('\n')}\n`
}

function mentionText(mention: Mention, around: Surroundings): string {
  const { words, site } = around
  const { before, parts, after } = quoteOf(mention)
  const said = parts.map(({ text, isMatch }) => (isMatch ? `*${text.trim()}*` : text)).join('')
  const lines = [
    placeOf(mention, words),
    formatMoment(mention.start, mention.timeZone, words.locale),
    '',
    ...[before, said.trim(), after].filter((line) => line !== '').map((line) => `> ${line}`),
    '',
    `${words.open}: ${linkTo(site, mention.permalink)}`,
  ]
  if (mention.repeats > 0) lines.push(`${words.alsoOn(mention.repeats)} ${alsoOn(mention)}`)
  const clock = (at: string): string => formatClock(at, mention.timeZone, words.locale)
  lines.push(trailOf(mention, around, clock).join(' → '))
  return lines.join('\n')
}
