import type { FastifyInstance } from 'fastify'
import { CcrError } from '../../../protocol/codes.ts'
import type { Access } from '../auth.ts'
import { senderOf } from './own-site.ts'

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Stops requests that another site's page makes in a person's name (CSRF). What changes something must come from our own
 * page, as the browser says, or show a token, which no browser sends by itself. A program without cookie acts for nobody.
 */
export function refuseOtherSites(
  api: FastifyInstance,
  { access, publicUrl }: { readonly access: Access; readonly publicUrl: string | null },
): void {
  api.addHook('onRequest', (request, _reply, done) => {
    const { method, headers } = request
    if (safe.has(method) || headers.authorization !== undefined) {
      done()
      return
    }
    const sender = senderOf(headers, publicUrl)
    const isRefused =
      sender === 'other' || (sender === 'unknown' && access.cookie.read(headers) !== undefined)
    if (isRefused)
      done(
        new CcrError(
          'cross-site',
          'The request does not come from this site’s own pages; behind a proxy, CCR_PUBLIC_URL must say how people reach it.',
        ),
      )
    else done()
  })
}
