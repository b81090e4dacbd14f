import type { FastifyInstance } from 'fastify'
import { CcrError } from '../../../protocol/codes.ts'
import type { AlertService } from '../../core/alerts/alert-service.ts'
import { formatAtom, formatJsonFeed, type FeedText } from '../search/search-feeds.ts'

export interface AlertFeedsOptions {
  readonly alerts: AlertService
  readonly publicUrl: string | null
  readonly now: () => number
}

const feedItems = 50
const kinds = {
  atom: { type: 'application/atom+xml', format: formatAtom },
  json: { type: 'application/feed+json', format: formatJsonFeed },
} as const

/** What an alert found, for feed readers, at an address that only its owner was told. */
export function registerAlertFeeds(
  app: FastifyInstance,
  { alerts, publicUrl, now }: AlertFeedsOptions,
): void {
  app.get<{ Params: { file: string } }>(
    '/feeds/:file',
    { schema: { hide: true } },
    async (request, reply) => {
      const [, secret = '', kind] =
        /^([0-9A-Za-z_-]{32})\.(atom|json)$/.exec(request.params.file) ?? []
      const alert = secret === '' ? undefined : await alerts.ofFeed(secret)
      if (alert === undefined) throw new CcrError('not-found')
      const { items } = await alerts.mentions(alert, null, feedItems)
      const base = publicUrl ?? `${request.protocol}://${request.host}`
      const feed: FeedText = {
        title: alert.name,
        self: `${base}${request.url}`,
        home: `${base}/search?q=${encodeURIComponent(alert.query)}`,
        ...{ base, items, updated: items[0]?.start ?? new Date(now()).toISOString() },
      }
      const { type, format } = kinds[kind === 'atom' ? 'atom' : 'json']
      return reply
        .type(`${type}; charset=utf-8`)
        .header('cache-control', 'private, max-age=60')
        .header('referrer-policy', 'no-referrer')
        .header('x-robots-tag', 'noindex')
        .send(format(feed))
    },
  )
}
