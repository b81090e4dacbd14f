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
  return (await get<List<Channel>>('/channels', signal)).items
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

export async function listAirings(channel: string, from: string): Promise<readonly Airing[]> {
  const query = new URLSearchParams({ from, limit: '500' })
  return (await get<List<Airing>>(`/channels/${encodeURIComponent(channel)}/airings?${query.toString()}`)).items
}

export async function listGaps(channel: string, from: string): Promise<readonly Gap[]> {
  const query = new URLSearchParams({ from, limit: '500' })
  return (await get<List<Gap>>(`/channels/${encodeURIComponent(channel)}/gaps?${query.toString()}`)).items
}
