import { LineCounter, parseDocument, type Document } from 'yaml'
import { z } from 'zod'
import { channelIdSchema } from '../../protocol/events.ts'
import type { ChannelOptions } from '../channel-options.ts'
import {
  entrySchema,
  mergeEntries,
  OptionsError,
  parseEntry,
  type SendEntry,
} from '../send-options.ts'
import { checkPlan, type Plan, type PlannedChannel, type PlannedTurn } from './plan.ts'
import { minutesBetween, parseDays, parseMinute } from './turns.ts'
import { ZoneTime } from './zone-time.ts'

const dayMinutes = 24 * 60

const timeSchema = z
  .string()
  .transform((text) => parseMinute(text))
  .pipe(z.number({ error: 'expected a time of day like "06:00", in quotes' }))
const turnSchema = entrySchema.extend({
  channel: channelIdSchema,
  from: timeSchema.refine((minute) => minute < dayMinutes, 'a turn begins before 24:00').default(0),
  to: timeSchema.default(dayMinutes),
  days: z
    .string()
    .transform((text) => parseDays(text))
    .pipe(z.array(z.number(), { error: 'expected days like mon-fri, sat,sun or daily' }).readonly())
    .default([0, 1, 2, 3, 4, 5, 6]),
})
const tunerSchema = z.strictObject({
  name: z.string().min(1).max(64),
  rotate: z.array(z.unknown()).min(1),
})
const zoneSchema = z.string().transform((name, context) => {
  try {
    return new ZoneTime(name)
  } catch {
    context.addIssue(`${name} is no time zone like America/New_York or Europe/Madrid`)
    return z.NEVER
  }
})
const fileSchema = entrySchema.extend({
  channels: z.array(z.unknown()).default([]),
  tuners: z.array(tunerSchema).default([]),
  timeZone: zoneSchema.optional(),
  status: z.union([z.string(), z.int()]).transform(String).optional(),
})

export interface PlanFile {
  readonly plan: Plan
  /** Where the status of the service is to be had; undefined = it is not said. */
  readonly status: string | undefined
  /** Of channels that are left out of the plan, with lines; the others are right. */
  readonly problems: readonly string[]
  /** The channels that are left out; null among them: one whose name cannot be read. */
  readonly unknown: ReadonlySet<string | null>
}

export interface PlanContext {
  /** As it is named in problems. */
  readonly name: string
  /** Settings for all channels from elsewhere: flags and variables. */
  readonly said: SendEntry
  readonly readFile: (file: string) => string
  readonly decoder: string
}

/**
 * A YAML file: settings for all channels, the channels, and tuners that channels have by turns. Throws OptionsError with all
 * problems of the file as a whole; those of single channels are told, and the channels left out.
 */
export function parsePlanFile(text: string, context: PlanContext): PlanFile {
  const read = new FileReading(text, context)
  const { name } = context
  const parsed = fileSchema.safeParse(read.value)
  if (!parsed.success)
    throw new OptionsError(
      parsed.error.issues.map((issue) => read.at(issue.path, issue.message)).join('; '),
    )
  const { channels, tuners, timeZone, status, ...common } = parsed.data
  const entries = new Map<string, { readonly entry: SendEntry; readonly path: PropertyKey[] }>()
  for (const [at, value] of channels.entries()) {
    const entry = read.part(entrySchema, value, ['channels', at])
    if (entry === undefined) continue
    const channel = entry.channel ?? common.channel ?? context.said.channel ?? `#${at + 1}`
    // One server's and another's may have the same name; turns are those of the first.
    const key = entries.has(channel) ? `${channel} ${at}` : channel
    entries.set(key, { entry, path: ['channels', at] })
  }
  const planned: PlannedChannel[] = []
  const turns = new Map<string, PlannedTurn[]>()
  const options = (entry: SendEntry, at: PropertyKey[]): ChannelOptions | undefined =>
    read.options(mergeEntries(context.said, mergeEntries(common, entry)), at)
  for (const [at, tuner] of tuners.entries())
    for (const [number, value] of tuner.rotate.entries()) {
      const path = ['tuners', at, 'rotate', number]
      const turn = read.part(turnSchema, value, path)
      if (turn === undefined) continue
      const { from, to, days, ...own } = turn
      const { channel } = own
      const found = options({ ...entries.get(channel)?.entry, ...own }, path)
      const known = turns.get(channel) ?? []
      turns.set(channel, known)
      if (found === undefined) continue
      known.push({
        ...{ tuner: tuner.name, channel, days, options: found, line: read.lineOf(path) },
        ...{ fromMinute: from, minutes: minutesBetween(from, to) },
      })
    }
  for (const [channel, { entry, path }] of entries) {
    if (turns.has(channel)) continue
    const always = options(entry, path)
    if (always !== undefined) planned.push({ channel: always.channel, always, turns: [] })
  }
  for (const [channel, its] of turns)
    if (!read.unknown.has(channel)) planned.push({ channel, always: null, turns: its })
  if (planned.length === 0 && read.problems.length === 0)
    throw new OptionsError(`${name}: expected channels: with at least one channel`)
  checkPlan(planned, name)
  const plan = { channels: planned, zone: timeZone ?? new ZoneTime(ownZone()) }
  return { plan, status, problems: read.problems, unknown: read.unknown }
}

/** The file as values, and where in it they are. */
class FileReading {
  readonly value: unknown
  readonly problems: string[] = []
  readonly unknown = new Set<string | null>()
  readonly #context: PlanContext
  readonly #lines = new LineCounter()
  readonly #document: Document

  constructor(text: string, context: PlanContext) {
    this.#context = context
    const { name } = context
    this.#document = parseDocument(text, { lineCounter: this.#lines })
    const { errors } = this.#document
    if (errors.length > 0)
      throw new OptionsError(
        errors.map((error) => `${name}: ${error.message.split('\n')[0] ?? ''}`).join('; '),
      )
    try {
      this.value = this.#document.toJS()
    } catch (error) {
      // Names that stand for too much, or for nothing.
      throw new OptionsError(`${name}: ${error instanceof Error ? error.message : 'not YAML'}`)
    }
  }

  /** A part that is right, or undefined with its problems told. */
  part<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T | undefined {
    const parsed = schema.safeParse(value)
    if (parsed.success) return parsed.data
    const own = z.object({ channel: channelIdSchema }).safeParse(value)
    this.#leaveOut(
      own.success ? own.data.channel : null,
      parsed.error.issues.map((issue) => this.at([...path, ...issue.path], issue.message)),
    )
    return undefined
  }

  options(entry: SendEntry, path: readonly PropertyKey[]): ChannelOptions | undefined {
    const { readFile, decoder } = this.#context
    try {
      return parseEntry(entry, readFile, decoder)
    } catch (error) {
      if (!(error instanceof OptionsError)) throw error
      this.#leaveOut(entry.channel ?? null, [this.at(path, error.message)])
      return undefined
    }
  }

  at(path: readonly PropertyKey[], message: string): string {
    return `${this.#context.name}:${this.lineOf(path)}: ${path.join('.')}: ${message}`
  }

  lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = this.#document.getIn(path.slice(0, length), true)
      if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
        return this.#lines.linePos(Number(node.range[0])).line
    }
    return 1
  }

  #leaveOut(channel: string | null, problems: readonly string[]): void {
    this.unknown.add(channel)
    this.problems.push(...problems)
  }
}

function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
