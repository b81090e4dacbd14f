import type { SearchItem } from '../../../protocol/search.ts'
import { escapeText } from '../../../protocol/escape-text.ts'

/** A passage, as a search or an alert found it. */
export type FeedItem = Pick<
  SearchItem,
  | 'channel'
  | 'track'
  | 'start'
  | 'airing'
  | 'text'
  | 'highlights'
  | 'before'
  | 'after'
  | 'permalink'
>

export interface FeedText {
  readonly title: string
  /** Its own address, and that of the page that shows the same. */
  readonly self: string
  readonly home: string
  /** What permalinks are completed with. */
  readonly base: string
  readonly updated: string
  readonly items: readonly FeedItem[]
}

/** RFC 4287. */
export function formatAtom({ title, self, home, base, updated, items }: FeedText): string {
  const entries = items.map((item) => {
    const link = `${base}${item.permalink}`
    return [
      '  <entry>',
      `    <id>${escapeText(link)}</id>`,
      `    <title>${escapeText(titleOf(item))}</title>`,
      `    <updated>${item.start}</updated>`,
      `    <link href="${escapeText(link)}"/>`,
      `    <author><name>${escapeText(item.channel)}</name></author>`,
      `    <content type="html">${escapeText(htmlOf(item))}</content>`,
      '  </entry>\n',
    ].join('\n')
  })
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `  <id>${escapeText(self)}</id>`,
    `  <title>${escapeText(title)}</title>`,
    `  <updated>${updated}</updated>`,
    `  <link rel="self" href="${escapeText(self)}"/>`,
    `  <link rel="alternate" type="text/html" href="${escapeText(home)}"/>`,
    `${entries.join('')}</feed>\n`,
  ].join('\n')
}

/** JSON Feed 1.1. */
export function formatJsonFeed({ title, self, home, base, items }: FeedText): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title,
    home_page_url: home,
    feed_url: self,
    items: items.map((item) => ({
      id: `${base}${item.permalink}`,
      url: `${base}${item.permalink}`,
      title: titleOf(item),
      content_html: htmlOf(item),
      date_published: item.start,
      tags: [item.channel, item.track],
    })),
  })
}

function titleOf({ channel, airing, start }: FeedItem): string {
  const programme = airing?.title ?? null
  return `${channel}${programme === null ? '' : `, ${programme}`}, ${start.slice(0, 16).replace('T', ' ')} UTC`
}

function htmlOf({ text, highlights, before, after }: FeedItem): string {
  let html = before === '' ? '' : `${escapeText(before)} `
  let at = 0
  for (const [from, to] of highlights) {
    html += `${escapeText(text.slice(at, from))}<mark>${escapeText(text.slice(from, to))}</mark>`
    at = to
  }
  html += escapeText(text.slice(at))
  return `<p>${html}${after === '' ? '' : ` ${escapeText(after)}`}</p>`
}
