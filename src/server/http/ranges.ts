import { z } from 'zod'
import { instantSchema } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { channelIdSchema, trackSchema } from '../../protocol/events.ts'
import { formatPosition, type Position } from '../../protocol/position.ts'
import type { Range } from '../ports/archive.ts'

/** `from ≤ start < to`, as every list and file takes it. */
export const rangeQuery = z.object({ from: instantSchema.optional(), to: instantSchema.optional() })

export const channelParams = z.object({ id: channelIdSchema })

/** `channel=one,two`, or the parameter more than once. */
export const channelsQuery = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [value ?? []].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(channelIdSchema).max(200))

/** `track=CC1,CC3`, or the parameter more than once. */
export const tracksQuery = z
  .union([z.string(), z.array(z.string())])
  .optional()
  .transform((value) => [value ?? []].flat().flatMap((text) => text.split(',')))
  .pipe(z.array(trackSchema).max(64))

export const limitQuery = z.coerce.number().int().min(1).max(1000).default(100)

/** Times in the archive's form; `bad-request` (CcrError) when the range ends before it begins. */
export function parseRange(query: { from?: string | undefined; to?: string | undefined }): Range {
  const from = query.from === undefined ? null : new Date(query.from).toISOString()
  const to = query.to === undefined ? null : new Date(query.to).toISOString()
  if (from !== null && to !== null && from > to)
    throw new CcrError('bad-request', 'from: must not be after to')
  return { from, to }
}

export function positionHeader(position: Position): Record<string, string> {
  return { 'ccr-position': formatPosition(position) }
}

/** The address of the next page: this one's with another cursor. */
export function nextLink(url: string, cursor: string | null): string | null {
  return cursor === null ? null : linkWith(url, 'cursor', cursor)
}

/** The same address with one parameter set, and never with a token. */
export function linkWith(url: string, name: string, value: string): string {
  const [path, search] = url.split('?', 2)
  const query = new URLSearchParams(search)
  query.delete('access_token')
  query.set(name, value)
  return `${path ?? ''}?${query.toString()}`
}

/**
 * A page of things that begin at `startOf`, newest first, out of one more than the limit; and the address of the next,
 * whose range ends where this one's last begins. Things that begin at once are on one page.
 */
export function pageByStart<T>(
  url: string,
  found: readonly T[],
  limit: number,
  startOf: (item: T) => string,
): { items: T[]; next: string | null } {
  const beyond = found[limit]
  if (beyond === undefined) return { items: [...found], next: null }
  const kept = found.slice(0, limit).filter((item) => startOf(item) !== startOf(beyond))
  // A whole page that begins at once can only be cut.
  const items = kept.length > 0 ? kept : found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: last === undefined ? null : linkWith(url, 'to', startOf(last)) }
}
