import type { z } from 'zod'
import { channelFieldsSchema } from '../protocol/api.ts'
import { channelIdSchema } from '../protocol/events.ts'
import type { ChannelRecord } from '../server/ports/directory.ts'
import { usageError } from './shared/exit.ts'

/** Flags of `ccr channel add` and `edit`, as the command line gives them. */
export interface ChannelFlags {
  readonly data: string
  readonly json?: boolean
  readonly [name: string]: string | boolean | undefined
}

/** A new channel; who may read it follows CCR_ACCESS unless a flag says so. */
export function createRecord(
  id: string,
  flags: ChannelFlags,
  access: string | undefined,
): ChannelRecord {
  if (!channelIdSchema.safeParse(id).success)
    throw usageError(
      `expected an id of small letters, digits and hyphens, at most 64, and got ${quote(id)}`,
    )
  if (typeof flags['name'] !== 'string')
    throw usageError(`--name is missing; ccr channel add ${id} --name "…"`)
  const blank: Fields = {
    name: '',
    network: null,
    country: null,
    languages: [],
    timeZone: 'UTC',
    description: null,
    tags: [],
    website: null,
    logo: null,
    externalIds: [],
    policy: {
      visibility: access === 'private' ? 'private' : 'public',
      delaySeconds: 0,
      snippetWords: null,
      retentionDays: null,
      export: true,
      robots: true,
    },
  }
  return checkRecord(id, blank, flags)
}

/** The channel with what the flags say; what they do not name stays. */
export function changeRecord({ id, ...fields }: ChannelRecord, flags: ChannelFlags): ChannelRecord {
  return checkRecord(id, fields, flags)
}

type Fields = z.input<typeof channelFieldsSchema>

function checkRecord(id: string, fields: Readonly<Fields>, flags: ChannelFlags): ChannelRecord {
  const { policy, ...changes } = readFlags(flags)
  const merged = { ...fields, ...changes, policy: { ...fields.policy, ...policy } }
  const parsed = channelFieldsSchema.safeParse(merged)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const path = issue?.path.map(String).join('.') ?? ''
    const value = issue?.path.reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      merged,
    )
    throw usageError(
      `${flagNames[path.split('.')[0] ?? ''] ?? path} cannot be ${quote(value)}: ${issue?.message ?? 'invalid'}; ccr channel add --help tells the forms`,
    )
  }
  checkTimeZone(parsed.data.timeZone)
  return { id, ...parsed.data }
}

const flagNames: Readonly<Record<string, string>> = {
  name: '--name',
  network: '--network',
  country: '--country',
  languages: '--language',
  timeZone: '--time-zone',
  description: '--description',
  tags: '--tag',
  website: '--website',
  logo: '--logo',
  policy: 'the policy (--visibility, --delay, --snippet, --retention)',
}

/** What the flags set: text, or null where an empty value clears. */
function readFlags(flags: ChannelFlags): Record<string, unknown> & { policy: object } {
  const read = (...names: string[]): string | undefined =>
    names.map((name) => flags[name]).find((value) => typeof value === 'string')
  const clearable = (value: string | undefined): string | null | undefined =>
    value === '' ? null : value
  const country = clearable(read('country'))
  return {
    ...defined({
      name: read('name'),
      network: clearable(read('network')),
      country: country?.toUpperCase() ?? country,
      languages: list(read('language', 'languages')),
      timeZone: read('timeZone'),
      description: clearable(read('description')),
      tags: list(read('tag', 'tags')),
      website: clearable(read('website')),
      logo: clearable(read('logo')),
    }),
    policy: defined({
      visibility: read('visibility'),
      delaySeconds: wholeNumber('--delay', read('delay')) ?? (read('delay') === '' ? 0 : undefined),
      snippetWords: wholeNumber('--snippet', read('snippet')),
      retentionDays: wholeNumber('--retention', read('retention')),
      export: yes(read('export')),
      robots: yes(read('robots')),
    }),
  }
}

function list(value: string | undefined): string[] | undefined {
  return value
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function wholeNumber(name: string, value: string | undefined): number | null | undefined {
  if (value === undefined) return undefined
  if (value === '') return null
  if (!/^[0-9]{1,9}$/.test(value))
    throw usageError(`${name} expects a whole number, and got ${quote(value)}`)
  return Number(value)
}

function yes(value: string | undefined): boolean | undefined {
  return value === undefined ? undefined : value === 'yes'
}

function defined(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch {
    // The only error there is: a name that the database of zones does not have.
    throw usageError(
      `--time-zone expects a name such as America/New_York, and got ${quote(timeZone)}`,
    )
  }
}

function quote(value: unknown): string {
  return JSON.stringify(value).slice(0, 100)
}
