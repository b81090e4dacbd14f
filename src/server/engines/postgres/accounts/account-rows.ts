import { z } from 'zod'
import { preferencesSchema, roleSchema, type Preferences } from '../../../../protocol/accounts.ts'
import type { Link, Passkey, User } from '../../../ports/accounts.ts'
import type { StoredSession } from '../../rules/session-book.ts'
import { instant } from '../directory/directory-rows.ts'

const ms = z.int()
const personSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullable(),
  role: roleSchema,
  channels: z.array(z.string()),
  created: ms,
  seen: ms.nullable(),
  preferences: z.string(),
})
const sessionSchema = z.object({
  id: z.string(),
  hash: z.string(),
  person: z.string(),
  device: z.string(),
  created: ms,
  used: ms,
})
const passkeySchema = z.object({
  id: z.string(),
  person: z.string(),
  name: z.string(),
  key: z.instanceof(Uint8Array),
  counter: z.int(),
  transports: z.array(z.string()),
  created: ms,
  used: ms.nullable(),
})
const linkSchema = z.object({
  id: z.string(),
  hash: z.string(),
  purpose: z.enum(['sign-in', 'invitation', 'email', 'first-admin']),
  email: z.string().nullable(),
  role: roleSchema,
  channels: z.array(z.string()),
  person: z.string().nullable(),
  next: z.string(),
  created: ms,
  expires: ms,
})

export interface StoredUser {
  readonly user: User
  readonly preferences: Preferences
}

export interface StoredLink {
  readonly hash: string
  readonly link: Link
  readonly expiresMs: number
}

/** Rows of our own tables: another shape means a damaged database, and throws. */
export function userOf(row: unknown): StoredUser {
  const { created, seen, preferences, ...rest } = personSchema.parse(row)
  const times = { createdAt: iso(created), lastSeenAt: instant(seen) }
  return { user: { ...rest, ...times }, preferences: preferencesOf(preferences) }
}

export function sessionOf(row: unknown): StoredSession {
  const { person, created, used, ...rest } = sessionSchema.parse(row)
  return { ...rest, user: person, createdMs: created, usedMs: used }
}

export function passkeyOf(row: unknown): Passkey {
  const { person, key, created, used, ...rest } = passkeySchema.parse(row)
  const times = { createdAt: iso(created), lastUsedAt: instant(used) }
  return { ...rest, ...times, user: person, publicKey: new Uint8Array(key) }
}

export function linkOf(row: unknown): StoredLink {
  const { hash, person, created, expires, ...rest } = linkSchema.parse(row)
  const link = { ...rest, user: person, createdAt: iso(created), expiresAt: iso(expires) }
  return { hash, link, expiresMs: expires }
}

/** What the rules for preferences no longer allow is as good as none. */
function preferencesOf(text: string): Preferences {
  const parsed = preferencesSchema.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : {}
}

function iso(at: number): string {
  return new Date(at).toISOString()
}
