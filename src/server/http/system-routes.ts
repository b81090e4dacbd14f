import type { FastifyInstance } from 'fastify'
import { Gauge, Registry, collectDefaultMetrics } from 'prom-client'
import { CcrError } from '../../protocol/codes.ts'
import type { Health } from '../ports/health.ts'
import type { Access } from './auth.ts'

export interface SystemRoutesOptions {
  readonly access: Access
  readonly health: () => Health
  readonly draining: AbortSignal
  /** Read at every scrape. */
  readonly gauges: Readonly<Record<string, { help: string; read: () => number }>>
}

/** `/healthz`, `/readyz`, `/metrics`: for whoever looks after the process. */
export function registerSystemRoutes(app: FastifyInstance, options: SystemRoutesOptions): void {
  const { access, health, draining } = options
  const registry = new Registry()
  // Among the defaults is the event loop's delay, which says whether live readers wait.
  collectDefaultMetrics({ register: registry, prefix: 'ccr_' })
  for (const [name, { help, read }] of Object.entries(options.gauges))
    new Gauge({
      name: `ccr_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })

  app.get('/healthz', { schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ ok: true }),
  )
  app.get('/readyz', { schema: { hide: true } }, (_request, reply) => {
    const { ok, problems } = health()
    const ready = ok && !draining.aborted
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({
        ready,
        problems: draining.aborted ? [...problems, 'the server is going away'] : problems,
      })
  })
  app.get('/metrics', { schema: { hide: true } }, async (request, reply) => {
    if (
      !isLoopback(request.socket.remoteAddress) ||
      request.headers['x-forwarded-for'] !== undefined
    )
      access.requireAdmin(request)
    if (draining.aborted) throw new CcrError('draining')
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function isLoopback(address: string | undefined): boolean {
  return address === '::1' || (address?.replace('::ffff:', '').startsWith('127.') ?? false)
}
