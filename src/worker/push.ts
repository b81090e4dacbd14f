/// <reference lib="webworker" />

interface Message {
  readonly title: string
  readonly body: string
  readonly url: string
  readonly tag: string
}

/** Shows what the server pushes, and opens what it is about when it is pressed. */
export function showPushes(worker: ServiceWorkerGlobalScope): void {
  worker.addEventListener('push', (event) => {
    const { title, body, url, tag } = read(event.data)
    // The same one twice takes the place of the first: a tag is its key.
    event.waitUntil(
      worker.registration.showNotification(title, { body, tag, icon: '/icon.svg', data: { url } }),
    )
  })
  worker.addEventListener('notificationclick', (event) => {
    event.notification.close()
    const { url } = event.notification.data as { readonly url: string }
    event.waitUntil(open(worker, url))
  })
}

/** Browsers ask that every push shows something: what cannot be read says so little. */
function read(data: PushMessageData | null): Message {
  let given: Partial<Record<string, unknown>> = {}
  try {
    const parsed: unknown = data?.json()
    if (typeof parsed === 'object' && parsed !== null) given = { ...parsed }
  } catch {
    // Not JSON: it is none of our server's.
  }
  const text = (name: string, otherwise: string): string => {
    const value = given[name]
    return typeof value === 'string' ? value : otherwise
  }
  return {
    ...{ title: text('title', 'ccr'), body: text('body', '') },
    ...{ url: text('url', '/'), tag: text('tag', 'ccr') },
  }
}

/** In a page of this site that is open, or in a new one; nowhere but on this site. */
async function open(worker: ServiceWorkerGlobalScope, url: string): Promise<void> {
  const { origin } = worker.location
  const target = URL.canParse(url, origin) ? new URL(url, origin) : new URL('/', origin)
  if (target.origin !== origin) return
  const pages = await worker.clients.matchAll({ type: 'window' })
  const shown = pages.find((page) => page.url === target.href)
  if (shown === undefined) await worker.clients.openWindow(target.href)
  else await shown.focus()
}
