import type { CaptionGroup } from '../../captions/caption-group.ts'
import { RunText } from '../../captions/run-text.ts'
import type { CueEvent, RunEvent } from '../../protocol/events.ts'
import type { Archive } from '../../server/ports/archive.ts'
import { openOriginal, UndecodableRunError, type OriginalBytes } from './original-bytes.ts'

export interface MadeCue {
  readonly cue: Omit<CueEvent, 'seq'>
  /** It stood on screen when the bytes ended: its end is where they end. */
  readonly isCut: boolean
}

export interface DecodeOptions {
  readonly archive: Archive
  readonly channel: string
  readonly original: RunEvent
  readonly binUntil: string
  /** Under this name. */
  readonly run: string
  readonly tracks: readonly string[] | null
  /** Also services of CEA-708 that say something else. */
  readonly ownServices: boolean
  readonly signal: AbortSignal
  /** Wall clock of each chunk that is read. */
  readonly reached: (at: string) => void
}

/** Announced times are estimates: bytes of a run may lie a little before its beginning. */
const marginMs = 3_600_000
/** Changes of the run's clock that are remembered: what is on screen began within them. */
const keptAnchors = 64

/**
 * The cues of one run, decoded again from its stored bytes, as they are finished; holds one chunk at a time.
 * @throws UndecodableRunError when the bytes cannot be decoded again, or some of them are gone
 */
export async function* decodeRun(options: DecodeOptions): AsyncGenerator<MadeCue> {
  const { archive, channel, original, run, tracks, ownServices, signal } = options
  const range = {
    from: new Date(Date.parse(original.startedAt) - marginMs).toISOString(),
    to: new Date(Date.parse(options.binUntil) + 1).toISOString(),
  }
  let bytes: OriginalBytes | undefined
  const clock = new RunClock(Date.parse(original.startedAt))
  let made: MadeCue[] = []
  let isCut = false
  const text = new RunText(
    { run, tracks, ownServices, wall: (ms) => clock.wall(ms) },
    {
      cue: (cue) => void made.push({ cue, isCut }),
      draft: () => undefined,
      programme: () => undefined,
    },
  )
  let last = 0
  const take = (groups: readonly CaptionGroup[]): readonly MadeCue[] => {
    for (const group of groups) {
      last = group.fts
      text.push(group)
    }
    const taken = made
    made = []
    return taken
  }
  const wish = { run: original.run, onLoss: damaged }
  for await (const chunk of archive.bin(channel, range, signal, wish)) {
    bytes ??= openOriginal(chunk.format, original)
    const read = bytes.read(chunk)
    if (read === null) continue
    clock.set(read.fts, Date.parse(chunk.at) - read.fts)
    yield* take(read.groups)
    options.reached(chunk.at)
  }
  yield* take(bytes?.end() ?? [])
  isCut = true
  text.end(last)
  yield* take([])
}

function damaged({ reason }: { readonly reason: string }): never {
  throw new UndecodableRunError('damaged', reason)
}

/** From the run's clock to the wall clock, as each chunk states it; corrections of it move what comes after. */
class RunClock {
  readonly #anchors: { readonly fromFts: number; readonly anchorMs: number }[]

  constructor(anchorMs: number) {
    this.#anchors = [{ fromFts: -Infinity, anchorMs }]
  }

  set(fts: number, anchorMs: number): void {
    if (this.#anchors.at(-1)?.anchorMs === anchorMs) return
    this.#anchors.push({ fromFts: fts, anchorMs })
    if (this.#anchors.length > keptAnchors) this.#anchors.shift()
  }

  wall(ms: number): string {
    const anchor = this.#anchors.findLast(({ fromFts }) => fromFts <= ms) ?? this.#anchors[0]
    return new Date((anchor?.anchorMs ?? 0) + Math.round(ms)).toISOString()
  }
}
