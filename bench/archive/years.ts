import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { DurableEvent } from '../../src/protocol/events.ts'
import { captionRow } from '../captions.ts'

/** Two years of a channel, put through the log and the filer as they were said, on a clock that runs ahead. */

export interface Years {
  readonly dataDir: string
  readonly months: number
  /** Of captions, on every day. */
  readonly hoursADay: number
  /** Where the last year begins and the last month ends. */
  readonly fromMs: number
  readonly toMs: number
  readonly cuesOfLastYear: number
}

const firstMs = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000
const cueEveryMs = 2000

export async function makeYears(
  dataDir: string,
  months: number,
  hoursADay: number,
): Promise<Years> {
  const toMs = Date.UTC(2024, months, 1)
  const fromMs = Date.UTC(2024, Math.max(0, months - 12), 1)
  let nowMs = firstMs
  let seq = 0
  let id = 0
  let cuesOfLastYear = 0
  await using storage = await openSqliteStorage({ dataDir, fileEveryMs: null, now: () => nowMs })
  const { log } = storage
  const fence = await log.fence('year')
  const append = async (events: readonly DurableEvent[]): Promise<void> => {
    const result = await log.append({ channel: 'year', producer: 'bench', fence, events })
    if (!result.ok) throw new Error(result.code)
  }
  for (let dayAt = firstMs; dayAt < toMs; dayAt += dayMs) {
    const events: DurableEvent[] = []
    for (let hour = 0; hour < hoursADay; hour++) {
      const from = dayAt + hour * 3_600_000
      const [start, end] = [from, from + 3_600_000].map((ms) => new Date(ms).toISOString())
      events.push({
        ...{ seq: ++seq, type: 'airing', run: 'r1', id: `airing-${from}`, source: 'xds' },
        ...{ title: `Hour ${hour}`, start: start ?? '', end: end ?? '' },
        ...{ description: null, category: null, rating: null },
      })
      for (let at = from; at < from + 3_600_000; at += cueEveryMs) {
        events.push({
          ...{ seq: ++seq, type: 'cue', run: 'r1', track: 'CC1', id: ++id, mode: 'roll-up' },
          start: new Date(at).toISOString(),
          end: new Date(at + cueEveryMs - 100).toISOString(),
          text: captionRow(1, at / 1000),
        })
        if (at >= fromMs) cuesOfLastYear++
      }
    }
    nowMs = dayAt + dayMs
    await append(events)
    await storage.settle()
  }
  return { dataDir, months, hoursADay, fromMs, toMs, cuesOfLastYear }
}
