import { readFileSync } from 'node:fs'
import { createClient, createCluster } from '@redis/client'

/** What Redis answers (RESP 2). */
export type Reply = string | number | null | Reply[]

/** One server or a cluster, connected; both reconnect by themselves and for ever. */
export interface Link {
  readonly kind: 'server' | 'cluster'
  /** To whoever holds the key; fails at once while that connection is down. */
  readonly send: (key: string, args: readonly string[]) => Promise<Reply>
  /** All that hold data, with their addresses. */
  readonly masters: () => readonly Master[]
  /** Hears a topic of sharded publish/subscribe until the link is closed, across reconnections. */
  readonly subscribe: (topic: string, listener: (text: string) => void) => Promise<void>
  /** Lets go of what is under way after a moment. */
  readonly close: () => void
}

export interface Master {
  readonly address: string
  readonly send: (args: readonly string[]) => Promise<Reply>
}

const connectMs = 5000
const longestBackOffMs = 2000
/** How long a link that was replaced still waits for its answers. */
const lingerMs = 5000
/** A node that is not connected to is found again among the others after so many attempts. */
const refreshEvery = 3

/**
 * Connects to the server of a URL, and to all of its cluster when it says that it is part of one. `known` are other
 * addresses of that cluster (host:port), in case the URL's is down. Rejects when nothing answers.
 */
export async function openLink(
  url: string,
  known: readonly string[],
  onError: (error: Error) => void,
): Promise<Link> {
  let failure: unknown
  for (const address of new Set([addressOf(url), ...known])) {
    try {
      return (await isCluster(url, address, onError))
        ? await openCluster(url, address, onError)
        : await openServer(url, address, onError)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

export function addressOf(url: string): string {
  const { hostname, port } = new URL(url)
  return `${hostname}:${port === '' ? '6379' : port}`
}

async function isCluster(
  url: string,
  address: string,
  onError: (error: Error) => void,
): Promise<boolean> {
  const client = createClient({ ...settings(url), socket: { ...socketOf(url, address), ...once } })
  client.on('error', onError)
  try {
    await within(client.connect())
    const info: Reply = await within(client.sendCommand(['INFO', 'cluster']))
    return typeof info === 'string' && info.includes('cluster_enabled:1')
  } finally {
    client.destroy()
  }
}

async function openServer(
  url: string,
  address: string,
  onError: (error: Error) => void,
): Promise<Link> {
  const options = { ...settings(url), socket: socketOf(url, address) }
  const client = createClient(options)
  // Apart, so that the server cuts off a slow listener and not the one who stores.
  const ear = createClient(options)
  for (const one of [client, ear]) one.on('error', onError)
  try {
    await within(Promise.all([client.connect(), ear.connect()]))
  } catch (error) {
    for (const one of [client, ear]) one.destroy()
    throw error
  }
  const send = (args: readonly string[]): Promise<Reply> => client.sendCommand([...args])
  return {
    kind: 'server',
    send: (_key, args) => send(args),
    masters: () => [{ address, send }],
    subscribe: (topic, listener) => ear.sSubscribe(topic, listener),
    close: () => {
      ear.destroy()
      closeSoon(client)
    },
  }
}

async function openCluster(
  url: string,
  address: string,
  onError: (error: Error) => void,
): Promise<Link> {
  const cluster = createCluster({
    RESP: 2,
    rootNodes: [{ url: `${new URL(url).protocol}//${address}` }],
    defaults: { ...settings(url), socket: sharedSocket(url) },
    topologyRefreshOnReconnectionAttemptStrategy: refreshEvery * longestBackOffMs,
  })
  cluster.on('error', onError)
  try {
    await within(cluster.connect())
  } catch (error) {
    cluster.destroy()
    throw error
  }
  return {
    kind: 'cluster',
    send: (key, args) => cluster.sendCommand<Reply>(key, false, [...args]),
    masters: () =>
      cluster.masters.map((node) => ({
        address: node.address,
        send: async (args) => {
          const client = await cluster.nodeClient(node)
          return await client.sendCommand<Reply>([...args])
        },
      })),
    subscribe: (topic, listener) => cluster.sSubscribe(topic, listener),
    close: () => closeSoon(cluster),
  }
}

function closeSoon(client: { close(): unknown; destroy(): void; isOpen: boolean }): void {
  void Promise.resolve(client.close()).catch(() => undefined)
  setTimeout(() => {
    if (client.isOpen) client.destroy()
  }, lingerMs).unref()
}

const once = { reconnectStrategy: false } as const

function settings(url: string): {
  readonly RESP: 2
  readonly username?: string
  readonly password?: string
  readonly database?: number
  readonly disableOfflineQueue: true
  readonly disableClientInfo: true
  readonly maintNotifications: 'disabled'
  readonly commandOptions: { readonly timeout: 0 }
} {
  const { username, password, pathname } = new URL(url)
  const database = Number(pathname.slice(1))
  return {
    RESP: 2,
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === '' ? {} : { password: decodeURIComponent(password) }),
    ...(Number.isInteger(database) && database > 0 ? { database } : {}),
    // What cannot be sent now must fail now: producers keep it, and try again.
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    // The driver's own ends when a command is written: RedisConnection holds commands to a time of its own.
    commandOptions: { timeout: 0 },
  }
}

type Socket = Pick<ReturnType<typeof sharedSocket>, 'connectTimeout' | 'reconnectStrategy'> & {
  readonly host: string
  readonly port: number
} & ({ readonly tls: true } | { readonly tls?: false })

function socketOf(url: string, address: string): Socket {
  const at = address.lastIndexOf(':')
  const host = address.slice(0, at).replace(/^\[|\]$/g, '')
  return { ...sharedSocket(url), host, port: Number(address.slice(at + 1)) }
}

/** `rediss://` checks certificates: against the system's authorities, or those in the file that `sslrootcert` names. */
function sharedSocket(url: string) {
  const { protocol, searchParams } = new URL(url)
  const file = searchParams.get('sslrootcert')
  const common = {
    connectTimeout: connectMs,
    reconnectStrategy: (retries: number): number =>
      Math.min(longestBackOffMs, 50 * 2 ** Math.min(retries, 10)) * (0.5 + Math.random() / 2),
  }
  if (protocol !== 'rediss:') return common
  return { ...common, tls: true as const, ...(file === null ? {} : { ca: readFileSync(file) }) }
}

async function within<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('Redis does not answer')), connectMs)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
    // Whichever lost the race has nobody waiting for it.
    work.catch(() => undefined)
  }
}
