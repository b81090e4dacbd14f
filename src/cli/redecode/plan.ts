import type { RunEvent } from '../../protocol/events.ts'
import type { Archive, ArchivedRun } from '../../server/ports/archive.ts'

/** One original, and where its text stands. */
export interface PlannedRun {
  readonly original: RunEvent
  /** The run whose text is shown now. */
  readonly present: string
  /** What the next decode is. */
  readonly revision: number
  readonly binUntil: string | null
  /** Nothing more comes of it. */
  readonly isOver: boolean
}

export interface PlanWish {
  /** An original, or a later decode of it; null = all. */
  readonly run: string | null
  readonly from: string | null
  readonly to: string | null
}

const runsPerRead = 1000
/** A live run that was cut off is over when nothing has come of it for so long. */
const abandonedMs = 24 * 3_600_000

/** The originals of a channel that share a moment with the range, in order of their first storage. */
export async function planRuns(
  archive: Archive,
  channel: string,
  wish: PlanWish,
  nowMs: number,
): Promise<PlannedRun[]> {
  const originals: ArchivedRun[] = []
  const decodes = new Map<string, { present: string; shown: number; highest: number }>()
  const originalOf = new Map<string, string>()
  for await (const known of allRuns(archive, channel)) {
    const { run, of = run, revision = 2 } = known.announced
    originalOf.set(run, of)
    if (of === run) {
      originals.push(known)
      continue
    }
    const decode = decodes.get(of) ?? { present: of, shown: 1, highest: 1 }
    decode.highest = Math.max(decode.highest, revision)
    if (known.ended && revision >= decode.shown) {
      decode.shown = revision
      decode.present = run
    }
    decodes.set(of, decode)
  }
  const wanted = wish.run === null ? null : (originalOf.get(wish.run) ?? wish.run)
  const last = originals.at(-1)
  return originals.flatMap((known) => {
    const { announced, binUntil } = known
    if (wanted !== null && announced.run !== wanted) return []
    if (!touches(announced.startedAt, binUntil, wish)) return []
    const { present = announced.run, highest = 1 } = decodes.get(announced.run) ?? {}
    // A producer's next run ends the one before.
    const isOver = known.ended || known !== last || isAbandoned(known, nowMs)
    return { original: announced, present, revision: highest + 1, binUntil, isOver }
  })
}

async function* allRuns(archive: Archive, channel: string): AsyncGenerator<ArchivedRun> {
  let after: string | null = null
  for (;;) {
    const page: readonly ArchivedRun[] = await archive.runs(channel, after, runsPerRead)
    yield* page
    after = page.at(-1)?.announced.run ?? null
    if (page.length < runsPerRead) return
  }
}

function touches(startedAt: string, until: string | null, { from, to }: PlanWish): boolean {
  if (to !== null && Date.parse(startedAt) >= Date.parse(to)) return false
  return from === null || Date.parse(until ?? startedAt) >= Date.parse(from)
}

function isAbandoned({ announced, binUntil }: ArchivedRun, nowMs: number): boolean {
  return announced.live && binUntil !== null && nowMs - Date.parse(binUntil) > abandonedMs
}
