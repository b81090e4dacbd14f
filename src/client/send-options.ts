import { homedir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { channelIdSchema, languageSchema, trackSchema } from '../protocol/events.ts'
import type { ChannelOptions } from './channel-options.ts'
import { usualExtractor, type ExtractorOptions } from './extractor/choose.ts'
import { paces } from './pace.ts'

/** What flags, variables and YAML say; YAML's keys are the flags' names in camel case. */
export const entrySchema = z.strictObject({
  server: z
    .url({ protocol: /^https?$/, error: 'expected an address like https://captions.example' })
    .optional(),
  token: z.string().min(1).optional(),
  tokenFile: z.string().min(1).optional(),
  channel: channelIdSchema.optional(),
  input: z.string().min(1).optional(),
  format: z.string().optional(),
  pace: z.enum(paces).optional(),
  loop: z.boolean().optional(),
  follow: z
    .string()
    .regex(/^(?:yes|no|\d{1,6}[smh])$/, 'expected yes, or a time like 30s, 10m or 2h')
    .optional(),
  startAt: z.iso
    .datetime({ offset: true, error: 'expected a time like 2026-11-23T20:00:00Z' })
    .optional(),
  tracks: z.union([z.string(), z.array(z.string())]).optional(),
  bin: z.boolean().optional(),
  spool: z.string().min(1).optional(),
  spoolLimit: z.string().optional(),
  spoolAge: z.string().optional(),
  giveUp: z.string().optional(),
  extractor: z.enum(['builtin', 'ccextractor', 'auto']).optional(),
  ccextractor: z.string().min(1).optional(),
  extractorMemory: z.string().optional(),
})

export type SendEntry = z.infer<typeof entrySchema>

/** Wrong options; one sentence each. */
export class OptionsError extends Error {
  override name = 'OptionsError'
}

const defaultSpoolBytes = 2 * 1024 ** 3
const fewestSpoolBytes = 1024 ** 2
/** An idle ccextractor takes as much. */
const fewestMemoryBytes = 32 * 1024 ** 2

/** What is said for all channels, and what is said of one; a spool for all has a folder for each. */
export function mergeEntries(common: SendEntry, entry: SendEntry): SendEntry {
  const merged = { ...common, ...entry }
  // One's own file of a token is nearer than a token for all.
  if (entry.tokenFile !== undefined && entry.token === undefined) delete merged.token
  if (common.spool === undefined || entry.spool !== undefined || entry.channel === undefined)
    return merged
  return { ...merged, spool: path.join(common.spool, entry.channel) }
}

/** Checks one channel's settings whole; throws OptionsError with all that is missing. */
export function parseEntry(
  given: Readonly<Record<string, unknown>>,
  readFile: (file: string) => string,
  decoder: string,
): ChannelOptions {
  const parsed = entrySchema.safeParse(given)
  if (!parsed.success)
    throw new OptionsError(
      parsed.error.issues.map((issue) => `${flagOf(issue.path)}: ${issue.message}`).join('; '),
    )
  const entry = parsed.data
  const missing = (['server', 'channel', 'input'] as const).filter(
    (key) => entry[key] === undefined,
  )
  const token =
    entry.token ?? (entry.tokenFile === undefined ? undefined : readFile(entry.tokenFile).trim())
  const { server, channel } = entry
  const input = inputOf(entry)
  if (server === undefined || channel === undefined || input === undefined || token === undefined)
    throw new OptionsError(
      `expected ${[...missing.map((key) => `--${key}`), ...(token === undefined ? ['--token (or CCR_TOKEN, or --token-file)'] : [])].join(', ')}`,
    )
  const { tracks, languages } = parseTracks(entry.tracks)
  return {
    ...{ server, channel, input, token, tracks, languages, decoder },
    format: entry.format,
    extractor: parseExtractor(entry),
    pace: entry.pace ?? 'realtime',
    loop: entry.loop ?? false,
    startAtMs: entry.startAt === undefined ? null : Date.parse(entry.startAt),
    bin: entry.bin ?? true,
    spoolFolder: entry.spool ?? defaultSpool(server, channel),
    spoolBytes:
      entry.spoolLimit === undefined
        ? defaultSpoolBytes
        : parseBytes(entry.spoolLimit, '--spool-limit', fewestSpoolBytes),
    spoolAgeMs: entry.spoolAge === undefined ? null : parseDuration(entry.spoolAge, '--spool-age'),
    giveUpMs: entry.giveUp === undefined ? null : parseDuration(entry.giveUp, '--give-up'),
  }
}

/** `follow` is said of the place. */
function inputOf({ input, follow }: SendEntry): string | undefined {
  return input === undefined || follow === undefined ? input : `${input}?follow=${follow}`
}

function parseExtractor(entry: SendEntry): ExtractorOptions {
  const { extractor, ccextractor = null, extractorMemory } = entry
  return {
    // Who names the program wants it where it is of use.
    extractor: extractor ?? usualExtractor.extractor,
    ccextractor,
    memoryBytes:
      extractorMemory === undefined
        ? usualExtractor.memoryBytes
        : parseBytes(extractorMemory, '--extractor-memory', fewestMemoryBytes),
  }
}

/** `CC1,CC3`, with languages where the stream does not say: `CC1:en,CC3:es`. */
export function parseTracks(value: string | readonly string[] | undefined): {
  tracks: readonly string[] | null
  languages: ReadonlyMap<string, string>
} {
  if (value === undefined) return { tracks: null, languages: new Map() }
  const tracks: string[] = []
  const languages = new Map<string, string>()
  for (const part of typeof value === 'string' ? value.split(',') : value) {
    const [track = '', language] = part.trim().split(':')
    if (!trackSchema.safeParse(track).success)
      throw new OptionsError(`--tracks: expected names like CC1,CC3 or CC1:en, got ${part}`)
    tracks.push(track)
    if (language === undefined) continue
    if (!languageSchema.safeParse(language).success)
      throw new OptionsError(`--tracks: ${language} is not a language tag like en or pt-BR`)
    languages.set(track, language)
  }
  return { tracks, languages }
}

function parseDuration(text: string, flag: string): number {
  const match = /^([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)$/.exec(text)
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match?.[2] ?? '']
  if (match === null || unit === undefined)
    throw new OptionsError(`${flag}: expected a time like 30s, 5m, 2h or 7d, got ${text}`)
  return Number(match[1]) * unit
}

function parseBytes(text: string, flag: string, fewest: number): number {
  const match = /^([0-9]+)\s*([KMGT]i?B?)?$/i.exec(text)
  if (match === null)
    throw new OptionsError(`${flag}: expected a size like 500M or 2G, got ${text}`)
  const power = ' KMGT'.indexOf((match[2] ?? ' ').charAt(0).toUpperCase())
  const bytes = Number(match[1]) * 1024 ** power
  if (bytes < fewest)
    throw new OptionsError(`${flag}: expected at least ${fewest / 1024 ** 2}M, got ${text}`)
  return bytes
}

/** A folder a channel and server, so that the same command finds it again. */
function defaultSpool(server: string, channel: string): string {
  const { host, pathname } = new URL(server)
  const name = `${host}${pathname.replace(/\/+$/, '')}`.replaceAll(/[^0-9A-Za-z.-]/g, '_')
  return path.join(homedir(), '.local', 'state', 'ccr', 'spool', name, channel)
}

function flagOf(at: readonly PropertyKey[]): string {
  return `--${String(at[0] ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
