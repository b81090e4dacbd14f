import { splitFilters } from '../search/narrow.ts'

/**
 * The page that makes an alert of what is searched for. Filters of time hold for the past, and are left out;
 * one channel is where it listens.
 */
export function addressOfNew(q: string, channels: readonly string[] = []): string {
  const { head, filters } = splitFilters(q)
  const lasting = filters.filter((filter) => !/^-?(?:from|to):/.test(filter))
  const ofChannel = lasting.filter((filter) => filter.startsWith('channel:'))
  const isMoved = ofChannel.length === 1 && channels.length === 0 && head !== ''
  const listens = isMoved ? ofChannel.map((filter) => filter.slice('channel:'.length)) : channels
  const kept = isMoved ? lasting.filter((filter) => !ofChannel.includes(filter)) : lasting
  const params = new URLSearchParams({ q: [head, ...kept].filter((part) => part !== '').join(' ') })
  if (listens.length > 0) params.set('c', listens.join(','))
  return `/alerts/new?${params.toString()}`
}

/** What `addressOfNew` wrote; anything may stand there. */
export function readAddressOfNew(params: URLSearchParams): {
  readonly query: string
  readonly channels: readonly string[]
} {
  const ids = (params.get('c') ?? '').split(',').filter((id) => /^[a-z0-9-]{1,64}$/.test(id))
  return { query: params.get('q') ?? '', channels: [...new Set(ids)] }
}
