import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { CcrError } from '../../protocol/codes.ts'
import { sendProblem } from './error-response.ts'

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>ccr</title><p>The website is not built. Run <code>npm run build</code>; the API is at <a href="/docs">/docs</a>.</p>'

/** The website: files of the build, and its page for every address of a page. */
export async function registerStaticSite(app: FastifyInstance, root: string): Promise<void> {
  const pageFile = path.join(root, 'index.html')
  const isBuilt = existsSync(pageFile)
  if (isBuilt)
    await app.register(fastifyStatic, {
      root,
      index: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, file) {
        // Files under assets/ carry the hash of their content in their name.
        const isHashed = file.includes(`${path.sep}assets${path.sep}`)
        reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })

  // The folder of the files has no page of its own, so the first address is a route.
  if (isBuilt)
    app.get('/', { schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'))

  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    const { pathname } = new URL(request.url, 'http://any')
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') &&
      !pathname.startsWith('/api/') &&
      path.extname(pathname) === ''
    if (!isPage) {
      sendProblem(
        reply,
        new CcrError('not-found', `There is nothing at ${pathname.slice(0, 200)}.`),
      )
      return
    }
    if (isBuilt) void reply.sendFile('index.html')
    else void reply.type('text/html; charset=utf-8').send(notBuilt)
  })
}
