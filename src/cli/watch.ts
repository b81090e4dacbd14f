import { z } from 'zod'
import { cueSchema, type Cue, type Gap } from '../protocol/api.ts'
import type { LiveEvent } from '../protocol/live/live.ts'
import { LiveClient, type LiveSocket } from '../protocol/live/live-client.ts'
import { parsePosition, type Position } from '../protocol/position.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { units } from './shared/when.ts'
import { apiAddress, parseServer } from './shared/server-address.ts'

/** Cues fetched at a time when a past is asked for. */
const pageSize = 1000

export interface WatchFlags {
  readonly server: string
  readonly channel: readonly string[]
  readonly token?: string
  readonly tracks?: string
  readonly query?: string
  readonly since?: string
  readonly json?: boolean
}

/** Prints what comes until it is stopped; ends with 3 when a channel is refused. */
export async function runWatch(given: WatchFlags): Promise<void> {
  // CCR_CHANNEL holds several with commas, which no id has in it.
  const flags = { ...given, channel: given.channel.flatMap((ids) => ids.split(',')) }
  const base = parseServer(flags.server)
  const since = parseSince(flags.since)
  const printer =
    flags.json === true ? new JsonPrinter() : new TextPrinter(flags.channel.length > 1)
  const seen = new Set<string>()
  const once = (event: LiveEvent): LiveEvent | undefined => unseen(event, seen)

  if (since.kind === 'time')
    for (const cue of await fetchPast(base, flags, since.from)) {
      const event = once({ type: 'cue', ...cue })
      if (event !== undefined) printer.print(event)
    }
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const client = new LiveClient({
    url: liveAddress(base, flags.token),
    openSocket: (url, protocols) => new WebSocket(url, protocols) as unknown as LiveSocket,
    handlers: {
      event: (event) => {
        const fresh = once(event)
        if (fresh !== undefined) printer.print(fresh)
      },
      state: ({ status, reason, retryAt }) => {
        if (status !== 'waiting') return
        const seconds = Math.max(0, Math.round(((retryAt ?? 0) - Date.now()) / 1000))
        process.stderr.write(`ccr: ${reason ?? 'not connected'}; trying again in ${seconds} s\n`)
      },
      problem: ({ detail, title }) => reject(new ExitError(exitCodes.refused, detail ?? title)),
    },
    now: Date.now,
    random: Math.random,
    setTimer: setTimeout,
    clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
  })
  for (const channel of flags.channel)
    client.subscribe(channel, {
      since: since.kind === 'position' ? since.position : undefined,
      tracks: flags.tracks?.split(','),
      query: flags.query,
      backlog: since.kind === 'default' ? 5 : 0,
    })
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => resolve(undefined))
  // A reader that has read enough (`| head`) is not an error.
  process.stdout.on('error', () => resolve(undefined))
  try {
    await promise
  } finally {
    client.close()
  }
}

type Since =
  | { readonly kind: 'default' | 'latest' }
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'time'; readonly from: string }

function parseSince(text: string | undefined): Since {
  if (text === undefined) return { kind: 'default' }
  if (text === 'latest') return { kind: 'latest' }
  const position = parsePosition(text)
  if (position !== undefined) return { kind: 'position', position }
  const ago = /^([0-9]+)([smhd])$/.exec(text)
  const unit = units[ago?.[2] ?? '']
  if (ago !== null && unit !== undefined)
    return { kind: 'time', from: new Date(Date.now() - Number(ago[1]) * unit).toISOString() }
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw usageError(
      `--since: expected latest, epoch.seq, a time like 2026-11-23T20:00:00Z or 10m, got ${text}`,
    )
  return { kind: 'time', from: new Date(time).toISOString() }
}

function liveAddress(base: URL, token: string | undefined): string {
  const url = apiAddress(base, '/api/v1/live')
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  if (token !== undefined) url.searchParams.set('access_token', token)
  return url.href
}

const pageSchema = z.object({ items: z.array(cueSchema), next: z.string().nullable() })

async function fetchPast(base: URL, flags: WatchFlags, from: string): Promise<Cue[]> {
  const cues: Cue[] = []
  for (const channel of flags.channel) {
    const query = new URLSearchParams({ from, order: 'oldest', limit: String(pageSize) })
    if (flags.tracks !== undefined) query.set('track', flags.tracks)
    let next: string | null = `/api/v1/channels/${channel}/cues?${query.toString()}`
    while (next !== null) {
      const headers = flags.token === undefined ? {} : { authorization: `Bearer ${flags.token}` }
      const answer = await fetch(apiAddress(base, next), { headers })
      if (!answer.ok)
        throw new ExitError(
          exitCodes.refused,
          `the server answered ${answer.status} for ${channel}`,
        )
      const page = pageSchema.parse(await answer.json())
      cues.push(...page.items)
      next = page.next
    }
  }
  return cues.sort((a, b) => (a.start < b.start ? -1 : 1))
}

/** A snapshot repeats what was said already, in the past that was fetched or before a reconnect. */
function unseen(event: LiveEvent, seen: Set<string>): LiveEvent | undefined {
  const isNew = (cue: Cue): boolean => {
    const key = `${cue.channel} ${cue.run} ${cue.track} ${cue.id}`
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
  if (event.type === 'cue') return isNew(event) ? event : undefined
  if (event.type === 'snapshot') return { ...event, cues: event.cues.filter(isNew) }
  return event
}

class JsonPrinter {
  print(event: LiveEvent): void {
    process.stdout.write(`${JSON.stringify(event)}\n`)
  }
}

const gapReasons: Readonly<Record<Gap['reason'], string>> = {
  'tuner-offline': 'the tuner was offline',
  'source-lost': 'the signal was lost',
  'no-captions': 'no captions were sent',
  'client-restart': 'the tuner’s program was restarted',
  'server-restart': 'the server was restarted',
  'spool-overflow': 'the tuner’s disk was full',
}

/** A gap as it is told now: open, ended, or withdrawn. */
export function describeGap({ reason, from, to }: Gap): string {
  if (to === from) return `nothing is missing from ${from} on after all`
  const time = to === null ? `nothing since ${from}` : `nothing from ${from} to ${to}`
  return `${time}: ${gapReasons[reason]}`
}

/** Cues as lines; on a terminal, what is growing is redrawn under them. */
class TextPrinter {
  readonly #named: boolean
  readonly #drafts = new Map<string, string>()
  readonly #told = new Set<string>()
  readonly #isTerminal = process.stdout.isTTY
  #drawn = 0

  constructor(named: boolean) {
    this.#named = named
  }

  print(event: LiveEvent): void {
    let lines = ''
    if (event.type === 'snapshot') {
      if (!event.complete)
        lines += `-- ${event.channel}: some of what was said meanwhile is only in the archive --\n`
      for (const cue of event.cues) lines += this.#line(cue)
      for (const draft of event.drafts)
        this.#drafts.set(`${event.channel} ${draft.track}`, draft.text)
    } else if (event.type === 'cue' && event.of !== undefined) {
      lines += this.#revised(event)
    } else if (event.type === 'cue') {
      this.#drafts.delete(`${event.channel} ${event.track}`)
      lines += this.#line(event)
    } else if (event.type === 'draft') {
      if (!this.#isTerminal) return
      if (event.text === '') this.#drafts.delete(`${event.channel} ${event.track}`)
      else this.#drafts.set(`${event.channel} ${event.track}`, event.text)
    } else if (event.type === 'airing') {
      lines += `-- ${event.channel}: ${event.title} --\n`
    } else if (event.type === 'gap') {
      lines += `-- ${event.channel}: ${describeGap(event)} --\n`
    }
    this.#draw(lines)
  }

  /** Text of the past, made again: not said now, and told once. */
  #revised({ channel, run, of, revision }: Cue): string {
    if (this.#told.has(run)) return ''
    this.#told.add(run)
    return `-- ${channel}: run ${of ?? ''} was decoded again (revision ${revision ?? ''}: ${run}) --\n`
  }

  #line(cue: Cue): string {
    const time = new Date(cue.start).toLocaleTimeString()
    const name = this.#named ? `${cue.channel} ` : ''
    return `${time}  ${name}${cue.track}  ${cue.text.replaceAll('\n', ' ')}\n`
  }

  #draw(lines: string): void {
    if (!this.#isTerminal) {
      process.stdout.write(lines)
      return
    }
    const width = process.stdout.columns
    const drafts = [...this.#drafts].map(([of, text]) =>
      `          ${of}  ${text.replaceAll('\n', ' ')}`.slice(0, width - 1),
    )
    const up = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r\u001b[J`
    process.stdout.write(up + lines + drafts.map((line) => `${line}\n`).join(''))
    this.#drawn = drafts.length
  }
}
