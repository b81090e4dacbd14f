import { z } from 'zod'
import {
  alertItemSchema,
  alertRateSchema,
  alertSchema,
  volumeRuleSchema,
  weekdays,
  type AlertRate,
  type VolumeRule,
} from '../protocol/alerts.ts'
import { askServer, type ServerFlags } from './ask-server.ts'
import { usageError } from './exit.ts'
import { plain } from './format-item.ts'
import { formatTable } from './table.ts'

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
const rates = 'at-once, hourly, never, daily@HH:MM, or weekly@monday@HH:MM'

export async function listAlerts(flags: AlertFlags): Promise<void> {
  const schema = z.object({ items: z.array(alertItemSchema) })
  const { items } = await askServer(flags, `/api/v1/alerts${ownerOf(flags)}`, schema)
  if (flags.json === true) {
    for (const item of items) process.stdout.write(`${JSON.stringify(item)}\n`)
    return
  }
  const rows = items.map(({ id, name, rate, paused, days, query }) => [
    ...[id, plain(name), paused ? 'paused' : rate.kind],
    String(days.reduce((sum, { mentions }) => sum + mentions, 0)),
    plain(query),
  ])
  process.stdout.write(formatTable([['ID', 'NAME', 'RATE', 'IN 30 DAYS', 'QUERY'], ...rows]))
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
  const path = `/api/v1/alerts/${encodeURIComponent(id)}`
  await askServer(flags, path, z.null(), undefined, 'DELETE')
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
