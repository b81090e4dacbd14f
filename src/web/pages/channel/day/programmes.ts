import type { Airing } from '../../../../protocol/api.ts'
import { listAirings, listAiringsBefore } from '../../../data/api.ts'

/** Somebody who is this far into a programme goes to its beginning first, as on any player. */
const settledMs = 20_000
/** The next programme is looked for in a day first, and at last in a month. */
const reachesMs = [1, 7, 31].map((days) => days * 86_400_000)

/** The programme that is on at a moment: the last to begin, unless it is over. */
export function programmeAt(airings: readonly Airing[], at: string): Airing | null {
  let last: Airing | undefined
  for (const airing of airings)
    if (airing.start <= at && (last === undefined || airing.start > last.start)) last = airing
  return last === undefined || (last.end !== null && last.end <= at) ? null : last
}

/** When the programme before this moment began, or the present one, when it is well under way; null = none is known. */
export async function previousStart(channel: string, at: string): Promise<string | null> {
  const [last, before] = await listAiringsBefore(channel, at, 2)
  if (last === undefined) return null
  const isUnderWay = Date.parse(at) - Date.parse(last.start) > settledMs
  return isUnderWay ? last.start : (before?.start ?? null)
}

/** When the next programme after this moment began; null = none has. */
export async function nextStart(channel: string, at: string): Promise<string | null> {
  for (const reachMs of reachesMs) {
    const to = new Date(Date.parse(at) + reachMs).toISOString()
    const later = (await listAirings(channel, at, to)).filter(({ start }) => start > at)
    const first = later.map(({ start }) => start).sort()[0]
    if (first !== undefined) return first
    if (Date.parse(to) > Date.now()) return null
  }
  return null
}
