import { searchPageSchema, timelineSchema, type SearchPageAnswer } from '../protocol/search.ts'
import { askServer } from './shared/ask-server.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { formatItem } from './shared/format-item.ts'
import { formatTable } from './shared/table.ts'
import { parseWhen } from './shared/when.ts'

export interface SearchFlags {
  readonly server: string
  readonly token?: string
  readonly channel?: string
  readonly track?: string
  readonly from?: string
  readonly to?: string
  readonly order: string
  readonly limit: string
  readonly timeline?: boolean
  readonly json?: boolean
}

/** The most that one answer holds. */
const pageSize = 200

/** Prints what is found; ends with 1 when that is nothing, and with 3 when the server refuses. */
export async function runSearch(query: string, flags: SearchFlags): Promise<void> {
  const limit = Number(flags.limit)
  if (!Number.isInteger(limit) || limit < 0)
    throw usageError(`--limit: expected a whole number, got ${flags.limit}`)
  const asked = new URLSearchParams({ q: query })
  for (const name of ['channel', 'track'] as const) {
    const value = flags[name]
    if (value !== undefined) asked.set(name, value)
  }
  for (const name of ['from', 'to'] as const) {
    const value = flags[name]
    if (value !== undefined) asked.set(name, parseWhen(`--${name}`, value, Date.now()))
  }
  const found =
    flags.timeline === true
      ? await showTimeline(asked, flags)
      : await showPassages(asked, flags, limit === 0 ? Infinity : limit)
  if (found === 0) throw new ExitError(exitCodes.failed, 'nothing was found')
}

async function showPassages(
  asked: URLSearchParams,
  flags: SearchFlags,
  limit: number,
): Promise<number> {
  asked.set('order', flags.order)
  asked.set('limit', String(Math.min(limit, pageSize)))
  let next: string | null = `/api/v1/search?${asked.toString()}`
  let shown = 0
  while (next !== null && shown < limit) {
    const page: SearchPageAnswer = await askServer(flags, next, searchPageSchema)
    for (const item of page.items.slice(0, limit - shown)) {
      process.stdout.write(flags.json === true ? `${JSON.stringify(item)}\n` : formatItem(item))
      shown++
    }
    tellProblems(page)
    next = page.next
  }
  if (next !== null && flags.json !== true)
    process.stderr.write(`ccr: there is more; --limit 0 shows all\n`)
  return shown
}

async function showTimeline(asked: URLSearchParams, flags: SearchFlags): Promise<number> {
  asked.set('timeZone', Intl.DateTimeFormat().resolvedOptions().timeZone)
  const timeline = await askServer(
    flags,
    `/api/v1/search/timeline?${asked.toString()}`,
    timelineSchema,
  )
  tellProblems(timeline)
  if (flags.json === true) {
    for (const item of timeline.items) process.stdout.write(`${JSON.stringify(item)}\n`)
    return timeline.mentions
  }
  const most = Math.max(1, ...timeline.items.map(({ mentions }) => mentions))
  const rows = timeline.items.map(({ start, mentions, minutes, monitored }) => [
    start.slice(0, timeline.interval === 'hour' ? 16 : 10).replace('T', ' '),
    String(mentions),
    String(minutes),
    (monitored / 60).toFixed(1),
    '#'.repeat(Math.round((40 * mentions) / most)),
  ])
  process.stdout.write(`${timeline.query}\n`)
  process.stdout.write(
    formatTable([
      [timeline.interval.toUpperCase(), 'MENTIONS', 'MINUTES', 'HOURS HEARD', ''],
      ...rows,
    ]),
  )
  return timeline.mentions
}

/** On stderr, when an answer is not everything. */
export function tellProblems({
  complete,
  problems,
}: {
  readonly complete: boolean
  readonly problems: readonly string[]
}): void {
  if (complete) return
  const why = problems.length === 0 ? 'time ran out' : problems.join(' ')
  process.stderr.write(`ccr: this is not everything: ${why}\n`)
}
