import type { Mention, Notification } from '../../../../protocol/alerts.ts'
import { shorten, shortenStart } from './passage.ts'
import { linkTo } from './summary.ts'

/** Standard Webhooks wants payloads under 20 kB. */
const mostBytes = 19_000
const mostContext = 1000

/**
 * The body of a webhook, the same at every try: `{type, timestamp, data}`. Mentions that do not fit are counted in
 * `more`; `link` leads to each.
 */
export function webhookBody(notification: Notification, site: string): string {
  const { kind, id, alert, period, because, volume, createdAt, mentions, more } = notification
  const write = (some: readonly Mention[]): string =>
    JSON.stringify({
      type: `alert.${kind}`,
      timestamp: createdAt,
      data: {
        ...{ id, alert, period, because },
        volume: volume === null ? null : { ...volume, link: linkTo(site, volume.link) },
        mentions: some.map((mention) => writeMention(mention, site)),
        more: more + mentions.length - some.length,
      },
    })
  let taken = mentions
  for (;;) {
    const body = write(taken)
    const bytes = new TextEncoder().encode(body).length
    if (bytes <= mostBytes || taken.length === 0) return body
    // As many as may fit by their mean size, and one less at least.
    taken = taken.slice(
      0,
      Math.min(taken.length - 1, Math.floor((taken.length * mostBytes) / bytes)),
    )
  }
}

function writeMention(mention: Mention, site: string): object {
  return {
    ...mention,
    before: shortenStart(mention.before, mostContext),
    after: shorten(mention.after, mostContext),
    permalink: linkTo(site, mention.permalink),
  }
}
