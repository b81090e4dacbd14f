import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import type { Server } from 'node:http'
import { CcrError } from '../../protocol/codes.ts'
import type { AlertService } from '../core/alerts/alert-service.ts'
import type { ChannelStates } from '../core/channel-states.ts'
import type { AccountPart } from '../core/accounts/account-data.ts'
import type { SignIn } from '../core/accounts/sign-in.ts'
import type { Feeds } from '../core/ingest/feeds.ts'
import type { FirstLines } from '../core/first-lines.ts'
import type { Producers } from '../core/ingest/producers.ts'
import type { Accounts } from '../ports/accounts.ts'
import type { Archive } from '../ports/archive.ts'
import type { Broker } from '../ports/broker.ts'
import type { Challenges } from '../ports/challenges.ts'
import type { Directory } from '../ports/directory.ts'
import type { Health } from '../ports/health.ts'
import type { Leases } from '../ports/leases.ts'
import type { OpenLimit } from '../ports/limit.ts'
import type { Log } from '../ports/log.ts'
import type { Mailer, Outbox } from '../ports/mail.ts'
import type { Logger } from '../ports/telemetry.ts'
import { registerAlertRoutes } from './alerts/alert-routes.ts'
import { registerAlertFeeds } from './alerts/feed-routes.ts'
import { registerRehearseRoute } from './alerts/rehearse-route.ts'
import { Access } from './auth.ts'
import { refuseOtherSites } from './access/cross-site.ts'
import { settleFirst } from './access/settle.ts'
import { registerAccountApi } from './account/account-api.ts'
import { registerPeopleRoutes } from './admin/people-routes.ts'
import type { System } from './admin/system-facts.ts'
import { registerAdminSystem } from './admin/system-routes.ts'
import { registerChannelRoutes } from './channel-routes.ts'
import { registerCueRoutes } from './cue-routes.ts'
import { registerDownloadRoutes } from './download/download-routes.ts'
import { registerDeliveryRoutes, type DeliveryParts } from './delivery/delivery-routes.ts'
import { registerDestinationRoutes } from './delivery/destination-routes.ts'
import { registerLinkPages } from './delivery/link-pages.ts'
import { createErrorHandler } from './error-response.ts'
import { registerFeedRoute } from './feed-route.ts'
import { createListener, type TlsFiles } from './listener.ts'
import { registerOpenApi, tidyDocument } from './openapi.ts'
import { registerProgrammeRoute } from './programme-route.ts'
import { registerQualityRoutes } from './quality-routes.ts'
import { RateLimit } from './rate-limit.ts'
import type { SearchService } from '../core/search/search-service.ts'
import { registerSearchRoutes } from './search/search-routes.ts'
import { registerSiteRoute } from './site/site-route.ts'
import { registerStaticSite } from './site/static-site.ts'
import { registerSystemRoutes } from './system-routes.ts'
import { registerTokenRoutes } from './token-routes.ts'
import { trustOf, type Trust } from './trust.ts'

export interface HttpOptions {
  readonly version: string
  readonly trustProxy: boolean | string | number
  readonly publicUrl: string | null
  readonly contact: string | null
  readonly source: string | null
  readonly tls: TlsFiles | null
  readonly requestsPerMinute: number | null
  readonly defaultVisibility: 'public' | 'private'
  readonly webRoot: string
  readonly log: Log
  readonly archive: Archive
  readonly searches: SearchService
  readonly broker: Broker
  readonly directory: Directory
  readonly mailer: Mailer
  readonly outbox: Outbox
  readonly delivery: DeliveryParts
  readonly accounts: Accounts
  readonly challenges: Challenges
  readonly openLimit: OpenLimit
  readonly mustSignIn: boolean
  readonly signUp: 'open' | 'invitation'
  readonly signIn: SignIn
  readonly accountParts: readonly AccountPart[]
  readonly alerts: AlertService
  readonly system: () => Promise<System>
  readonly states: ChannelStates
  readonly firstLines: FirstLines
  readonly leases: Leases
  readonly feeds: Feeds
  readonly producers: Producers
  readonly logger: Logger
  readonly now: () => number
  readonly random: () => number
  readonly health: () => Health
  readonly draining: AbortSignal
  readonly gauges: Readonly<Record<string, { help: string; read: () => number }>>
  /** What this node does for others than itself; the rest of it is told to ask another. */
  readonly serves: ReadonlySet<string>
  /** Adds the live routes, which are the hub's. */
  readonly live: (app: FastifyInstance, access: Access, trust: Trust) => void
}

const maxBodyBytes = 256 * 1024

export const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'https:'],
  'font-src': ["'self'"],
  'connect-src': ["'self'"],
  'manifest-src': ["'self'"],
  'worker-src': ["'self'"],
  'frame-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'self'"],
}

export async function createServer(options: HttpOptions): Promise<FastifyInstance> {
  const { tls, logger } = options
  const app = Fastify<Server>({
    // One log line a request would be most of the log; what matters is logged where it happens.
    logger: false,
    trustProxy: trustOf(options.trustProxy),
    bodyLimit: maxBodyBytes,
    routerOptions: { maxParamLength: 200 },
    serverFactory: (handler) => createListener(tls, handler),
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(createErrorHandler(logger))

  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    crossOriginResourcePolicy: false,
    crossOriginEmbedderPolicy: false,
    strictTransportSecurity: tls !== null,
    referrerPolicy: { policy: 'same-origin' },
  })
  await registerOpenApi(app, options.version)

  const isSecure = tls !== null || options.publicUrl?.startsWith('https:') === true
  const access = new Access({ ...options, isSecure })
  const { serves } = options
  await app.register(
    (api, _options, done) => {
      settleFirst(api, access)
      limitReaders(api, access, options.requestsPerMinute)
      allowAnyOrigin(api)
      refuseOtherSites(api, { ...options, access })
      if (serves.has('api')) registerReading(api, options, access)
      if (serves.has('live')) options.live(api, access, trustOf(options.trustProxy))
      else refuse(api, 'GET', ['/live', '/channels/:channel/live'])
      if (serves.has('api'))
        api.get('/openapi.json', { schema: { hide: true } }, () => tidyDocument(app.swagger()))
      done()
    },
    { prefix: '/api/v1' },
  )
  if (serves.has('api')) await registerPersonal(app, options, access)
  await app.register(
    (feed, _options, done) => {
      settleFirst(feed, access)
      const comeBackMs = (): number => Math.round(1000 + options.random() * 4000)
      if (serves.has('ingest')) registerFeedRoute(feed, { ...options, access, comeBackMs })
      else refuse(feed, 'POST', ['/channels/:channel/feed'])
      done()
    },
    { prefix: '/api/v1' },
  )
  if (serves.has('api')) {
    await app.register((pages, _options, done) => {
      limitReaders(pages, access, options.requestsPerMinute)
      registerLinkPages(pages, options.delivery)
      done()
    })
    registerAlertFeeds(app, options)
  }
  registerSystemRoutes(app, { ...options, access })
  if (serves.has('api')) await registerStaticSite(app, { ...options, anonymous: access.anonymous })
  else
    app.setNotFoundHandler(() => {
      throw new CcrError('other-node')
    })
  return app
}

/** What people and programs read, live lines aside. */
function registerReading(api: FastifyInstance, options: HttpOptions, access: Access): void {
  registerChannelRoutes(api, { ...options, access })
  registerCueRoutes(api, { ...options, access })
  registerDownloadRoutes(api, { ...options, access })
  registerProgrammeRoute(api, { ...options, access })
  registerQualityRoutes(api, { ...options, access })
  registerSearchRoutes(api, { ...options, access })
  registerRehearseRoute(api, { ...options, access })
  const { version, contact, source } = options
  registerSiteRoute(api, { version, contact, source })
  registerTokenRoutes(api, { ...options, access })
}

/** What is somebody's own, and what administrators do. */
async function registerPersonal(
  app: FastifyInstance,
  options: HttpOptions,
  access: Access,
): Promise<void> {
  await app.register(
    (api, _options, done) => {
      settleFirst(api, access)
      limitReaders(api, access, options.requestsPerMinute)
      refuseOtherSites(api, { ...options, access })
      registerAlertRoutes(api, { ...options, access })
      registerAccountApi(api, { ...options, access, parts: options.accountParts })
      registerPeopleRoutes(api, { ...options, access, parts: options.accountParts })
      registerAdminSystem(api, { ...options, access })
      registerDestinationRoutes(api, { ...options.delivery, access })
      registerDeliveryRoutes(api, { ...options.delivery, access, now: options.now })
      done()
    },
    { prefix: '/api/v1' },
  )
}

/** What nodes with another role do. */
function refuse(app: FastifyInstance, method: 'GET' | 'POST', urls: readonly string[]): void {
  for (const url of urls)
    app.route({
      ...{ method, url, schema: { hide: true } },
      handler: () => {
        throw new CcrError('other-node')
      },
    })
}

/** Only those who show no token and are not signed in are counted: keyless reading is welcome, at a modest rate. */
function limitReaders(api: FastifyInstance, access: Access, perMinute: number | null): void {
  if (perMinute === null) return
  const limit = new RateLimit(perMinute)
  api.addHook('onRequest', async (request, reply) => {
    if (request.headers.authorization !== undefined) return
    if (access.credential(request) === undefined) await limit.take(request, reply)
  })
}

/** Public answers may be read by any page: `*` is for requests without cookies, and browsers hold them to it. */
function allowAnyOrigin(api: FastifyInstance): void {
  api.addHook('onRequest', (request, reply, done) => {
    if (request.method === 'GET' || request.method === 'HEAD') {
      reply.header('access-control-allow-origin', '*')
      reply.header(
        'access-control-expose-headers',
        'accept-ranges, ccr-position, content-disposition, content-range, etag, ratelimit, ratelimit-policy, retry-after',
      )
    }
    done()
  })
}
