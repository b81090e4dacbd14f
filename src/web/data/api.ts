import type { Airing, Channel, Cue, Gap, List } from '../../protocol/api.ts'

const prefix = '/api/v1'

/** A refusal of the server, with its status. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const url = path.startsWith(prefix) ? path : prefix + path
  const answer = await fetch(url, signal === undefined ? {} : { signal })
  if (!answer.ok) throw new ApiError(answer.status, `${answer.status} ${answer.statusText}`)
  return (await answer.json()) as T
}

export async function listChannels(signal?: AbortSignal): Promise<readonly Channel[]> {
  return all(await get<List<Channel>>('/channels', signal), signal)
}

export function getChannel(id: string, signal?: AbortSignal): Promise<Channel> {
  return get<Channel>(`/channels/${encodeURIComponent(id)}`, signal)
}

export interface CueRange {
  readonly from?: string
  readonly to?: string
  readonly order: 'newest' | 'oldest'
}

export function listCues(channel: string, range: CueRange): Promise<List<Cue>> {
  const query = new URLSearchParams({ limit: '100', ...range })
  return get<List<Cue>>(`/channels/${encodeURIComponent(channel)}/cues?${query.toString()}`)
}

/** Programmes and gaps of that time; `to` is exclusive. */
export function listAirings(channel: string, from: string, to: string | null): Promise<readonly Airing[]> {
  return list<Airing>(channel, 'airings', from, to)
}

export function listGaps(channel: string, from: string, to: string | null): Promise<readonly Gap[]> {
  return list<Gap>(channel, 'gaps', from, to)
}

/** The last that began before a moment, newest first. */
export async function listAiringsBefore(
  channel: string,
  to: string,
  limit: number,
): Promise<readonly Airing[]> {
  const query = new URLSearchParams({ to, limit: String(limit) })
  const path = `/channels/${encodeURIComponent(channel)}/airings?${query.toString()}`
  return (await get<List<Airing>>(path)).items
}

async function list<T>(channel: string, what: string, from: string, to: string | null): Promise<readonly T[]> {
  const query = new URLSearchParams({ from, limit: '500', ...(to === null ? {} : { to }) })
  return all(await get<List<T>>(`/channels/${encodeURIComponent(channel)}/${what}?${query.toString()}`))
}

/** All pages of a list, from its first. */
export async function all<T>(first: List<T>, signal?: AbortSignal): Promise<readonly T[]> {
  const items = [...first.items]
  for (let { next } = first; next !== null; ) {
    const page: List<T> = await get<List<T>>(next, signal)
    items.push(...page.items)
    next = page.next
  }
  return items
}
