import type { Notification } from '../../../../protocol/alerts.ts'
import type { DestinationSettings } from '../../../../protocol/alerts.ts'
import { escapeText } from '../../../../protocol/escape-text.ts'
import { fillTemplate, type Placeholders } from './chat-template.ts'
import { onOneLine, partsOf, shorten } from './passage.ts'
import { historyOf, linkTo, placeOf, subjectOf, volumeOf, type Surroundings } from './summary.ts'
import { shortMessage } from './short-message.ts'
import { formatMoment } from './times.ts'

type ChatSettings = DestinationSettings & { readonly kind: 'chat' }

/** Limits of the services, in characters, with room for what is put around. */
const most = { slack: 3500, discord: 1900, matrix: 8000 }
const quotedMentions = 5

/** What is posted to a chat. Nothing that was said can address anybody there or become a link. */
export function chatBody(
  settings: ChatSettings,
  notification: Notification,
  around: Surroundings,
): string {
  switch (settings.format) {
    case 'slack':
      return JSON.stringify({
        text: shorten_(lines(notification, around, slack), most.slack),
        unfurl_links: false,
      })
    case 'discord':
      return JSON.stringify({
        content: shorten_(lines(notification, around, discord), most.discord),
        allowed_mentions: { parse: [] },
      })
    case 'matrix':
      return JSON.stringify({
        text: shorten_(lines(notification, around, plain), most.matrix),
        html: lines(notification, around, html).join('<br>'),
      })
    case 'custom':
      return fillTemplate(
        settings.template ?? '{"text":"{{text}}"}',
        placeholders(notification, around),
      )
  }
}

/** How a service writes what matters. */
interface Markup {
  readonly text: (text: string) => string
  readonly bold: (text: string) => string
  readonly link: (href: string, label: string) => string
}

const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const slack: Markup = {
  text: slackText,
  bold: (text) => `*${slackText(text).replaceAll('*', '∗')}*`,
  link: (href, label) => `<${href}|${slackText(label)}>`,
}
const discordText = (text: string): string => text.replaceAll(/[\\*_~`|>#[\]()<@:-]/g, '\\$&')
const discord: Markup = {
  text: discordText,
  bold: (text) => `**${discordText(text)}**`,
  link: (href, label) => `[${discordText(label)}](<${href}>)`,
}
const plain: Markup = {
  text: (text) => text,
  bold: (text) => `*${text}*`,
  link: (href, label) => `${label}: ${href}`,
}
const html: Markup = {
  text: escapeText,
  bold: (text) => `<strong>${escapeText(text)}</strong>`,
  link: (href, label) => `<a href="${escapeText(href)}">${escapeText(label)}</a>`,
}

function lines(notification: Notification, around: Surroundings, markup: Markup): string[] {
  const { words, site } = around
  const { mentions, more, volume, kind } = notification
  const all = [markup.bold(subjectOf(notification, words))]
  if (kind === 'test') all.push(markup.text(words.test))
  const news = volumeOf(notification, words)
  if (news !== null) all.push(markup.text(news))
  if (volume !== null) all.push(markup.link(linkTo(site, volume.link), words.seeSearch))
  for (const mention of mentions.slice(0, quotedMentions)) {
    const parts = partsOf(mention)
    all.push(
      markup.text(
        `${placeOf(mention, words)}, ${formatMoment(mention.start, mention.timeZone, words.locale)}`,
      ),
      parts
        .map(({ text, isMatch }) => (isMatch ? markup.bold(text.trim()) : markup.text(text)))
        .join(''),
      markup.link(linkTo(site, mention.permalink), words.open),
    )
  }
  const left = more + Math.max(0, mentions.length - quotedMentions)
  if (left > 0) all.push(markup.link(linkTo(site, historyOf(notification)), words.more(left)))
  return all
}

/** Whole lines as long as they fit: cut markup would be another. */
function shorten_(all: readonly string[], limit: number): string {
  let text = ''
  for (const line of all) {
    if (text.length + line.length + 1 > limit) break
    text += `${text === '' ? '' : '\n'}${line}`
  }
  return text
}

/** What {{placeholders}} of a template stand for. */
function placeholders(notification: Notification, around: Surroundings): Placeholders {
  const { words } = around
  const { id, kind, alert, mentions, more } = notification
  const [first] = mentions
  const { title, body, link } = shortMessage(notification, around)
  return {
    ...{ id, kind, title, text: body, link, alert: alert.name, query: alert.query },
    count: String(mentions.length + more),
    channel: first?.channelName ?? '',
    network: first?.network ?? '',
    programme: first?.airing?.title ?? '',
    time: first === undefined ? '' : formatMoment(first.start, first.timeZone, words.locale),
    start: first?.start ?? '',
    passage: first === undefined ? '' : onOneLine(first.text).trim(),
    match: first === undefined ? '' : matched(first),
    before: first === undefined ? '' : shorten(first.before, 600),
    after: first === undefined ? '' : shorten(first.after, 600),
    site: around.site,
  }
}

function matched(mention: Notification['mentions'][number]): string {
  return partsOf(mention)
    .filter(({ isMatch }) => isMatch)
    .map(({ text }) => text.trim())
    .join(' … ')
}
