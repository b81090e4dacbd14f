import { z } from 'zod'
import {
  alertItemSchema,
  alertRateSchema,
  alertSchema,
  mentionSchema,
  volumeRuleSchema,
  weekdays,
  type AlertRate,
  type VolumeRule,
} from '../protocol/alerts.ts'
import { askServer, type ServerFlags } from './shared/ask-server.ts'
import { usageError } from './shared/exit.ts'
import { formatItem, plain } from './shared/format-item.ts'
import { printItems } from './shared/table.ts'
import { units } from './shared/when.ts'

export interface AlertFlags extends ServerFlags {
  readonly owner?: string
  readonly json?: boolean
}

export interface AddAlertFlags extends AlertFlags {
  readonly name?: string
  readonly channel?: string
  readonly rate: string
  readonly destination?: string
  readonly volume?: string
}

/** Mentions in an hour below which nobody wants to hear that they are unusual. */
const usualLeast = 10
/** As many as the server gives at once. */
const mostMentions = 200
const rates = 'at-once, hourly, never, daily@HH:MM, or weekly@monday@HH:MM'

export async function listAlerts(flags: AlertFlags): Promise<void> {
  const schema = z.object({ items: z.array(alertItemSchema) })
  const { items } = await askServer(flags, `/api/v1/alerts${ownerOf(flags)}`, schema)
  const headings = ['ID', 'NAME', 'RATE', 'IN 30 DAYS', 'QUERY']
  printItems(items, flags.json, headings, ({ id, name, rate, paused, days, query }) => [
    ...[id, plain(name), paused ? 'paused' : rate.kind],
    String(days.reduce((sum, { mentions }) => sum + mentions, 0)),
    plain(query),
  ])
}

/** Prints the id alone, for scripts. */
export async function addAlert(query: string, flags: AddAlertFlags): Promise<void> {
  const made = await askServer(flags, `/api/v1/alerts${ownerOf(flags)}`, alertSchema, {
    ...{ query, rate: parseRate(flags.rate) },
    ...(flags.volume === undefined ? {} : { volume: parseVolume(flags.volume) }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    channels: flags.channel?.split(',') ?? [],
    destinations: flags.destination?.split(',') ?? [],
  })
  process.stdout.write(flags.json === true ? `${JSON.stringify(made)}\n` : `${made.id}\n`)
}

export async function removeAlert(id: string, flags: AlertFlags): Promise<void> {
  await askServer(flags, pathOf(id), z.null(), undefined, 'DELETE')
}

export interface MentionFlags extends ServerFlags {
  readonly limit: string
  readonly json?: boolean
}

/** The newest first. */
export async function listMentions(id: string, flags: MentionFlags): Promise<void> {
  if (!/^[1-9][0-9]{0,2}$/.test(flags.limit) || Number(flags.limit) > mostMentions)
    throw usageError(`--limit: expected a number up to ${mostMentions}, got ${flags.limit}`)
  const schema = z.object({ items: z.array(mentionSchema) })
  const { items } = await askServer(flags, `${pathOf(id)}/mentions?limit=${flags.limit}`, schema)
  for (const item of items)
    process.stdout.write(flags.json === true ? `${JSON.stringify(item)}\n` : formatItem(item))
}

/** Nothing is matched while it is paused. */
export async function pauseAlert(id: string, paused: boolean, flags: ServerFlags): Promise<void> {
  await askServer(flags, pathOf(id), alertSchema, { paused }, 'PATCH')
}

/** What is said is kept in the history and not told; `for` is how long, 0 ends it. */
export async function muteAlert(
  id: string,
  flags: ServerFlags & { readonly for: string },
): Promise<void> {
  const [, number, unit = ''] = /^([0-9]{1,4})([smhd]?)$/.exec(flags.for) ?? []
  const ms = unit === '' ? 0 : (units[unit] ?? 0) * Number(number)
  if (number === undefined || (unit === '' && number !== '0'))
    throw usageError(`--for: expected a time such as 1d or 8h, or 0, got ${flags.for}`)
  const mutedUntil = ms === 0 ? null : new Date(Date.now() + ms).toISOString()
  await askServer(flags, pathOf(id), alertSchema, { mutedUntil }, 'PATCH')
}

function pathOf(id: string): string {
  return `/api/v1/alerts/${encodeURIComponent(id)}`
}

function ownerOf({ owner }: AlertFlags): string {
  return owner === undefined ? '' : `?owner=${encodeURIComponent(owner)}`
}

/** Times are of this machine's zone. */
function parseRate(text: string): AlertRate {
  const [kind, ...rest] = text.split('@')
  const at = rest.at(-1)
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const day = weekdays.find((name) => name === rest[0])
  const parsed = alertRateSchema.safeParse({ kind, at, timeZone, day })
  if (parsed.success) return parsed.data
  throw usageError(`--rate: expected ${rates}, got ${text}`)
}

/** SIGMA or SIGMA/LEAST. */
function parseVolume(text: string): VolumeRule {
  const [sigma, least = usualLeast, ...rest] = text.split('/').map(Number)
  const parsed = volumeRuleSchema.safeParse({ sigma, least })
  if (parsed.success && rest.length === 0) return parsed.data
  throw usageError(`--volume: expected DEVIATIONS or DEVIATIONS/LEAST, such as 3/10, got ${text}`)
}
