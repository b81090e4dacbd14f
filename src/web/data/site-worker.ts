import { useSyncExternalStore } from 'react'

/** After the first page is there: nothing that is read waits for it. */
const settleMs = 3000
/** A page is left open for days: it asks by itself whether there is a new version. */
const askEveryMs = 3_600_000

/** The service worker of this site, and the newer one that waits to take its place. */
class SiteWorker {
  #waiting: ServiceWorker | null = null
  readonly #listeners = new Set<() => void>()

  readonly waiting = (): ServiceWorker | null => this.#waiting

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Without TLS, or where a browser refuses, there is none, and the site is as it is without. */
  async register(): Promise<void> {
    if (!('serviceWorker' in navigator)) return
    try {
      const registration = await navigator.serviceWorker.register('/sw.js')
      this.#found(registration.waiting)
      registration.addEventListener('updatefound', () => {
        const coming = registration.installing
        coming?.addEventListener('statechange', () => {
          if (coming.state === 'installed') this.#found(registration.waiting)
        })
      })
      setInterval(() => void registration.update().catch(() => undefined), askEveryMs)
    } catch {
      // A private window, or a certificate that the browser does not trust.
    }
  }

  /** This page, which was asked for, is loaded anew when the new version has taken over; no other is. */
  use(worker: ServiceWorker): void {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), {
      once: true,
    })
    worker.postMessage('use-now')
  }

  /** The first worker of all replaces nothing that anybody reads. */
  #found(worker: ServiceWorker | null): void {
    if (worker === null || navigator.serviceWorker.controller === null) return
    this.#waiting = worker
    for (const listener of this.#listeners) listener()
  }
}

const siteWorker = new SiteWorker()

export function startSiteWorker(): void {
  if (!import.meta.env.PROD) return
  const later = (): void => void setTimeout(() => void siteWorker.register(), settleMs)
  if (document.readyState === 'complete') later()
  else window.addEventListener('load', later, { once: true })
}

/** Loads the version that waits; null = this is the newest that is known. */
export function useNewVersion(): (() => void) | null {
  const waiting = useSyncExternalStore(siteWorker.onChange, siteWorker.waiting)
  return waiting === null ? null : () => siteWorker.use(waiting)
}
