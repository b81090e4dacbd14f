import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { CcrError } from '../../../protocol/codes.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { sendProblem } from '../error-response.ts'
import { RateLimit } from '../rate-limit.ts'
import { factsOf, type FactsOptions } from './page-facts.ts'
import { writeFacts, type PageFacts } from './page-html.ts'

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>ccr</title><p>The website is not built. Run <code>npm run build</code>; the API is at <a href="/docs">/docs</a>.</p>'

/** Rooms of the website below which any address is a page, whatever it ends with: times have a point in them. */
const rooms = /^\/(?:c|embed)\//
/** Pages that anybody's page may show in a frame: they show what is public, and have nothing to press that acts. */
const embedded = /^\/embed\//

/** Pages of one person: kept by no cache, shown in no frame, and no other site learns of them. */
const personal = /^\/(?:sign-in|account|admin|destinations|alerts)(?:\/|$)/

export interface StaticSiteOptions extends FactsOptions {
  readonly webRoot: string
  readonly publicUrl: string | null
  readonly requestsPerMinute: number | null
  readonly logger: Logger
}

/** The website: files of the build, and its page for every address of a page. */
export async function registerStaticSite(
  app: FastifyInstance,
  options: StaticSiteOptions,
): Promise<void> {
  const root = options.webRoot
  const pageFile = path.join(root, 'index.html')
  const isBuilt = existsSync(pageFile)
  if (isBuilt)
    await app.register(fastifyStatic, {
      root,
      index: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, file) {
        if (reply.hasHeader('cache-control')) return
        // Files under assets/ carry the hash of their content in their name.
        const isHashed = file.includes(`${path.sep}assets${path.sep}`)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })

  const readFacts = factsReader(options)
  const sendPage = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const facts = await readFacts(request, new URL(request.url, 'http://any'))
    if (facts === null) return reply.sendFile('index.html')
    if (!facts.mayBeIndexed) reply.header('x-robots-tag', 'noindex')
    return reply
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(writeFacts(await readFile(pageFile, 'utf8'), facts))
  }
  // The folder of the files has no page of its own, so the first address is a route.
  if (isBuilt) app.get('/', { schema: { hide: true } }, sendPage)

  app.setNotFoundHandler(async (request: FastifyRequest, reply: FastifyReply) => {
    const { pathname } = new URL(request.url, 'http://any')
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !pathname.startsWith('/api/') &&
      (path.extname(pathname) === '' || rooms.test(pathname))
    if (!isPage) {
      sendProblem(
        reply,
        new CcrError('not-found', `There is nothing at ${pathname.slice(0, 200)}.`),
      )
      return reply
    }
    if (personal.test(pathname)) keepPersonal(reply)
    if (!isBuilt) return reply.type('text/html; charset=utf-8').send(notBuilt)
    if (embedded.test(pathname)) {
      setAncestors(reply, '*')
      // What search engines find is the page that is shown, not its frame.
      reply.header('x-robots-tag', 'noindex')
    }
    return sendPage(request, reply)
  })
}

/** Facts are a reading of the archive: as many a minute as of the API. Without them the page is the page still. */
function factsReader(
  options: StaticSiteOptions,
): (request: FastifyRequest, address: URL) => Promise<PageFacts | null> {
  const { requestsPerMinute, publicUrl, logger } = options
  const limit = requestsPerMinute === null ? null : new RateLimit(requestsPerMinute)
  return async (request, address) => {
    try {
      if (limit !== null && !(await limit.allows(request))) return null
      const facts = await factsOf(address, options)
      const base = publicUrl ?? `${request.protocol}://${request.host}`
      return facts === null
        ? null
        : { ...facts, url: `${base}${request.url}`, picture: `${base}/preview.png` }
    } catch (error) {
      logger.warn({ err: error }, 'a page is served without what it says of itself')
      return null
    }
  }
}

function keepPersonal(reply: FastifyReply): void {
  setAncestors(reply, "'none'")
  reply.header('referrer-policy', 'no-referrer').header('cache-control', 'no-store')
}

/** Whose pages may show this one in a frame. */
function setAncestors(reply: FastifyReply, ancestors: "'none'" | '*'): void {
  const policy = reply.getHeader('content-security-policy')
  if (typeof policy === 'string')
    reply.header(
      'content-security-policy',
      policy.replace(/frame-ancestors [^;]*/, `frame-ancestors ${ancestors}`),
    )
  if (ancestors === '*') reply.removeHeader('x-frame-options')
  else reply.header('x-frame-options', 'DENY')
}
