import { z } from 'zod'
import {
  deliverySchema,
  newDestinationSchema,
  ownDestinationSchema,
  type OwnDestination,
} from '../protocol/deliveries.ts'
import { askServer, type ServerFlags } from './shared/ask-server.ts'
import { usageError } from './shared/exit.ts'
import { plain } from './shared/format-item.ts'
import { printItems } from './shared/table.ts'

export interface DestinationFlags extends ServerFlags {
  readonly json?: boolean
}

export interface AddDestinationFlags extends DestinationFlags {
  readonly name?: string
  readonly format?: string
}

const base = '/api/v1/me/destinations'

export async function listDestinations(flags: DestinationFlags): Promise<void> {
  const { items } = await askServer(flags, base, z.object({ items: z.array(ownDestinationSchema) }))
  printItems(items, flags.json, ['ID', 'KIND', 'STATE', 'NAME', 'WHERE', 'PROBLEM'], (item) => [
    ...[item.id, item.settings.kind, item.state, plain(item.name), plain(whereOf(item))],
    plain(item.problem ?? ''),
  ])
}

/** Prints the id, and on a second line the secret that signs what a webhook gets: it is shown this once. */
export async function addDestination(
  kind: string,
  where: string,
  flags: AddDestinationFlags,
): Promise<void> {
  const wish = newDestinationSchema.safeParse({
    ...{ kind, name: flags.name ?? where.slice(0, 200) },
    ...(kind === 'email' ? { address: where } : {}),
    ...(kind === 'webhook' || kind === 'chat' ? { url: where } : {}),
    ...(kind === 'chat' ? { format: flags.format } : {}),
    ...(kind === 'ntfy' ? topicOf(where) : {}),
  })
  if (!wish.success || kind === 'push') throw usageError(whyNot(kind, wish.error))
  const made = await askServer(
    flags,
    base,
    z.object({ destination: ownDestinationSchema, secret: z.string().nullable() }),
    wish.data,
  )
  if (flags.json === true) process.stdout.write(`${JSON.stringify(made)}\n`)
  else process.stdout.write([made.destination.id, made.secret].filter(Boolean).join('\n') + '\n')
  if (made.destination.state === 'unverified')
    process.stderr.write('ccr: a letter was sent there; it is used once its button is pressed\n')
}

export async function removeDestination(id: string, flags: ServerFlags): Promise<void> {
  await askServer(flags, pathOf(id), z.null(), undefined, 'DELETE')
}

/** Sends something there now. */
export async function testDestination(id: string, flags: ServerFlags): Promise<void> {
  await askServer(flags, `${pathOf(id)}/test`, z.null(), undefined, 'POST')
}

/** The newest first. */
export async function listDeliveries(flags: DestinationFlags): Promise<void> {
  const schema = z.object({ items: z.array(deliverySchema) })
  const { items } = await askServer(flags, '/api/v1/me/deliveries', schema)
  const headings = ['ID', 'SINCE', 'STATE', 'ALERT', 'DESTINATION', 'TRIES', 'PROBLEM']
  printItems(items, flags.json, headings, (item) => [
    ...[String(item.id), item.createdAt, item.state, plain(item.alert.name), item.destination],
    ...[String(item.attempts), plain(item.problem ?? '')],
  ])
}

function pathOf(id: string): string {
  return `${base}/${encodeURIComponent(id)}`
}

function whereOf({ settings }: OwnDestination): string {
  switch (settings.kind) {
    case 'email':
      return settings.address
    case 'webhook':
    case 'chat':
      return settings.url
    case 'push':
      return new URL(settings.endpoint).host
    case 'ntfy':
      return `${settings.server}/${settings.topic}`
  }
}

/** TOPIC, or the address of a topic on another server. */
function topicOf(text: string): { readonly topic: string; readonly server?: string } {
  const [, server, topic] = /^(https?:\/\/.+)\/([^/]+)$/.exec(text) ?? []
  return server === undefined || topic === undefined ? { topic: text } : { server, topic }
}

function whyNot(kind: string, error: z.ZodError | undefined): string {
  const kinds = 'email ADDRESS, webhook URL, ntfy TOPIC, or chat URL --format slack'
  if (kind === 'push') return 'a browser is added on its own page: /destinations'
  const [issue] = error?.issues ?? []
  const what = issue === undefined || issue.path[0] === 'kind' ? kind : issue.message
  return `expected ${kinds}: ${what}`
}
