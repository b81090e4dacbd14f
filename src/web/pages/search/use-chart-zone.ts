import { useQuery } from '@tanstack/react-query'
import { listChannels } from '../../data/api.ts'
import { clock, ownZone } from '../../shared/settings/choices.ts'
import { useKept } from '../../shared/settings/kept.ts'
import { splitFilters } from './narrow.ts'

/**
 * Whose hours and days a chart's steps are: the channels' when they share a zone, else the reader's. null
 * while that is not known.
 */
export function useChartZone(q: string): string | null {
  const whose = useKept(clock)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  if (whose === 'own' || channels.isError) return ownZone
  if (channels.data === undefined) return null
  const { filters } = splitFilters(q)
  const asked = channels.data.filter(({ id }) => filters.includes(`channel:${id}`))
  const zones = new Set((asked.length > 0 ? asked : channels.data).map(({ timeZone }) => timeZone))
  const [only = ownZone] = zones
  return zones.size === 1 ? only : ownZone
}
