import { isIP } from 'node:net'
import { hostname } from 'node:os'

/** Where the status of a service is told: a port of an address of this machine, or a socket in its files. */
export type StatusAddress =
  { readonly host: string; readonly port: number } | { readonly path: string }

/** `8081`, `HOST:PORT`, `[::1]:8081` or `/run/ccr/status.sock`; undefined when it is none of these. */
export function parseStatusAddress(text: string): StatusAddress | undefined {
  if (text.includes('/')) return { path: text }
  const match = /^(?:(\[[0-9a-f:.]+\]|[^:[\]]+):)?([0-9]{1,5})$/i.exec(text)
  const port = Number(match?.[2])
  if (match === null || port > 65_535) return undefined
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port }
}

export function formatStatusAddress(address: StatusAddress): string {
  if ('path' in address) return address.path
  return `${isIP(address.host) === 6 ? `[${address.host}]` : address.host}:${address.port}`
}

/**
 * Whether a request's Host is this machine by an address or by a name that it was given here. A page elsewhere can make
 * its own name lead here (DNS rebinding); what a browser then sends is that name.
 */
export function isOwnHost(host: string | undefined, address: StatusAddress): boolean {
  if ('path' in address) return true
  if (host === undefined) return false
  const name = host
    .replace(/:[0-9]+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase()
  const own = ['localhost', hostname().toLowerCase(), address.host.toLowerCase()]
  return isIP(name) !== 0 || own.includes(name)
}
