import type { Airing, Cue, Gap } from '../../../protocol/api.ts'
import type { Archive } from '../../ports/archive.ts'

/** Everything of a channel through the port of the archive, in an order that does not depend on the engine. */

/** Of the channel's text, or of a certain decode; the oldest first. */
export async function* allCues(
  archive: Archive,
  channel: string,
  run: string | null,
  limit: number,
): AsyncIterable<readonly Cue[]> {
  const query = {
    channel,
    from: null,
    to: null,
    tracks: null,
    order: 'oldest',
    limit,
    run,
  } as const
  let cursor: string | null = null
  do {
    const page = await archive.cues({ ...query, cursor })
    if (page.cues.length > 0) yield page.cues
    cursor = page.cursor
  } while (cursor !== null)
}

const windowMs = 31 * 86_400_000
/** No month of a channel has so many. */
const manySpans = 1_000_000

/** Airings or gaps, the newest first, a month's at a time; from each, the next one before it is looked for. */
export async function* allSpans(
  archive: Archive,
  kind: 'airing' | 'gap',
  channel: string,
): AsyncIterable<readonly (Airing | Gap)[]> {
  const list = (range: Parameters<Archive['airings']>[1], limit: number) =>
    kind === 'airing' ? archive.airings(channel, range, limit) : archive.gaps(channel, range, limit)
  let to: string | null = null
  for (;;) {
    const [newest]: readonly (Airing | Gap)[] = await list({ from: null, to }, 1)
    if (newest === undefined) return
    const lastMs = Date.parse('start' in newest ? newest.start : newest.from)
    const from = new Date(lastMs - windowMs).toISOString()
    yield await list({ from, startFrom: from, to: new Date(lastMs + 1).toISOString() }, manySpans)
    to = from
  }
}
