import { z } from 'zod'
import { channelFieldsSchema } from '../../../../protocol/api.ts'
import { channelIdSchema } from '../../../../protocol/events.ts'
import type { ChannelRecord, Scope, TokenRecord } from '../../../ports/directory.ts'

/** Fields that a newer node has added are kept. */
const channelSchema = channelFieldsSchema.loose().extend({ id: channelIdSchema })
const scopeSchema = z.union([
  z.strictObject({ feed: z.string() }),
  z.enum(['read', 'admin', 'own']),
])
const tokenSchema = z.object({
  id: z.string(),
  hash: z.string(),
  scope: z.string(),
  owner: z.string().nullable(),
  note: z.string(),
  created: z.int(),
  expires: z.int().nullable(),
  used: z.int().nullable(),
  revoked: z.int().nullable(),
})

export interface StoredToken {
  readonly hash: string
  readonly token: TokenRecord
}

/** Rows of our own tables: another shape means a damaged database, and throws. */
export function channelOf(row: unknown): ChannelRecord {
  const { value } = z.object({ value: z.string() }).parse(row)
  return channelSchema.parse(JSON.parse(value))
}

export function tokenOf(row: unknown): StoredToken {
  const { hash, scope, created, expires, used, revoked, ...rest } = tokenSchema.parse(row)
  const token = {
    ...rest,
    scope: scopeSchema.parse(JSON.parse(scope)),
    createdAt: new Date(created).toISOString(),
    expiresAt: instant(expires),
    lastUsedAt: instant(used),
    revokedAt: instant(revoked),
  }
  return { hash, token }
}

/** Of `RETURNING id`. */
export function idsOf(rows: readonly unknown[]): readonly string[] {
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id)
}

/** How a scope stands in its column. */
export function scopeText(scope: Scope): string {
  return JSON.stringify(scope)
}

export function instant(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
