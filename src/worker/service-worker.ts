/// <reference lib="webworker" />

/**
 * Keeps the website's own files, so that it opens without its server and says so. What is said on television is
 * never kept here: the API goes past this worker, and a page comes from the server whenever that answers.
 */

import { showPushes } from './push.ts'

declare const self: ServiceWorkerGlobalScope
/** Put in by scripts/build-web.ts: every file of this build, and a name that changes with any of them. */
declare const builtVersion: string
declare const builtFiles: readonly string[]

const prefix = 'ccr-site-'
const cacheName = prefix + builtVersion
/** This version, and the one that pages which were open before still use. */
const keptVersions = 2
const page = '/index.html'
/** What a proxy in front of a server says that is away. */
const away = new Set([502, 503, 504])
/** Addresses that are no pages of the website. */
const notPages = /^\/(?:api|docs)(?:\/|$)|^\/(?:healthz|readyz|metrics)$/

// Not in use before the pages of the version before are closed, or a reader asks for it.
self.addEventListener('install', (event) => event.waitUntil(keepFiles()))
self.addEventListener('activate', (event) => event.waitUntil(forgetOldFiles()))
self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if (data === 'use-now') void self.skipWaiting()
})

showPushes(self)

self.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== self.location.origin) return
  if (request.mode === 'navigate') {
    if (!notPages.test(pathname)) event.respondWith(openPage(request))
  } else if (pathname.startsWith('/assets/')) event.respondWith(keptFirst(request))
  else if (builtFiles.includes(pathname)) event.respondWith(keptLast(request))
})

async function keepFiles(): Promise<void> {
  const cache = await caches.open(cacheName)
  // Files that carry their hash may come from the browser's cache; the others must be this version's.
  await cache.addAll(
    builtFiles.map((file) =>
      file.startsWith('/assets/') ? file : new Request(file, { cache: 'no-cache' }),
    ),
  )
}

async function forgetOldFiles(): Promise<void> {
  const mine = (await caches.keys()).filter((name) => name.startsWith(prefix))
  const others = mine.filter((name) => name !== cacheName)
  const old = others.slice(0, Math.max(0, others.length - keptVersions + 1))
  await Promise.all(old.map((name) => caches.delete(name)))
}

/** From the server; when it is away, the site's own page with a mark on it that it came without. */
async function openPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request)
    if (!away.has(answer.status)) return answer
    return (await keptPage()) ?? answer
  } catch (error) {
    const kept = await keptPage()
    if (kept === null) throw error
    return kept
  }
}

async function keptPage(): Promise<Response | null> {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(page)
  if (kept === undefined) return null
  const html = (await kept.text()).replace('<html ', '<html data-offline ')
  const headers = new Headers(kept.headers)
  for (const name of ['content-length', 'content-encoding', 'etag']) headers.delete(name)
  return new Response(html, { headers })
}

async function keptFirst(request: Request): Promise<Response> {
  // In any version: a page that was opened before an update goes on with its own files.
  return (await caches.match(request)) ?? (await fetch(request))
}

async function keptLast(request: Request): Promise<Response> {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await caches.match(request)
    if (kept === undefined) throw error
    return kept
  }
}
