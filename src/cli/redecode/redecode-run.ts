import { createHash } from 'node:crypto'
import { TextDiff, type DiffCounts, type Difference } from '../../captions/text-diff.ts'
import type { DurableEvent, TrackInfo } from '../../protocol/events.ts'
import { InboxDraft } from '../../server/engines/folder-inbox.ts'
import type { Archive } from '../../server/ports/archive.ts'
import { ByteHoles } from './byte-holes.ts'
import { decodeRun, type MadeCue } from './decode-run.ts'
import { UndecodableRunError } from './original-bytes.ts'
import type { PlannedRun } from './plan.ts'
import { StoredText } from './stored-text.ts'

export interface RedecodeOptions {
  readonly dataDir: string
  readonly archive: Archive
  readonly channel: string
  /** Name and version of the present decoder. */
  readonly decoder: string
  /** null = those that the run announced, and services of CEA-708 that say something else. */
  readonly tracks: readonly string[] | null
  /** Compare only. */
  readonly dryRun: boolean
  /** Store what does not differ, and what the bytes are not all there for. */
  readonly force: boolean
  readonly signal: AbortSignal
  readonly difference: (run: string, difference: Difference) => void
  readonly reached: (run: string, at: string) => void
}

export type SkipReason = 'no-bin' | 'not-over' | 'bin-incomplete' | UndecodableRunError['reason']

export type RedecodeResult = { readonly original: string; readonly counts: DiffCounts } & (
  | { readonly result: 'same' | 'differs' }
  /** In the inbox, under the file's name. */
  | {
      readonly result: 'written'
      readonly run: string
      readonly revision: number
      readonly file: string
    }
  | { readonly result: 'skipped'; readonly reason: SkipReason; readonly detail: string }
)

const noCounts: DiffCounts = { same: 0, changed: 0, moved: 0, added: 0, missing: 0 }
/** The stored text is read this much ahead of the new one. */
const aheadMs = 20_000
const dayMs = 24 * 3_600_000

/** Makes the text of one run again, compares it with the present one, and writes it down where it differs. */
export async function redecodeRun(
  planned: PlannedRun,
  options: RedecodeOptions,
): Promise<RedecodeResult> {
  const { original, binUntil, isOver } = planned
  const skip = (reason: SkipReason, detail: string, counts = noCounts): RedecodeResult => ({
    ...{ original: original.run, counts, result: 'skipped', reason, detail },
  })
  if (binUntil === null) return skip('no-bin', 'no original bytes of it were stored')
  if (!isOver) return skip('not-over', 'it goes on; a decode of it would hide what comes')
  try {
    return await new Redecoding(planned, binUntil, options).run(skip)
  } catch (error) {
    if (!(error instanceof UndecodableRunError)) throw error
    return skip(error.reason, error.message)
  }
}

class Redecoding {
  readonly #planned: PlannedRun
  readonly #binUntil: string
  readonly #options: RedecodeOptions
  readonly #names: { readonly run: string; readonly producer: string }
  readonly #stored: StoredText
  readonly #holes = new ByteHoles()
  readonly #diff: TextDiff
  readonly #tracks: TrackInfo[]
  #bytesLacking = 0
  #seq = 0

  constructor(planned: PlannedRun, binUntil: string, options: RedecodeOptions) {
    const { archive, channel } = options
    const { original, present } = planned
    this.#planned = planned
    this.#binUntil = binUntil
    this.#options = options
    this.#tracks = [...planned.original.tracks]
    this.#names = nameDecode(planned, binUntil, options)
    const from = new Date(Date.parse(original.startedAt) - dayMs).toISOString()
    this.#stored = new StoredText(archive, channel, present, from)
    this.#diff = new TextDiff((difference) => {
      const { kind, old } = difference
      if (kind === 'missing' && this.#holes.lacks(old.start)) this.#bytesLacking++
      options.difference(original.run, difference)
    })
  }

  async run(
    skip: (reason: SkipReason, detail: string, counts: DiffCounts) => RedecodeResult,
  ): Promise<RedecodeResult> {
    const { dataDir, channel, dryRun, force } = this.#options
    const { original, revision } = this.#planned
    const { run, producer } = this.#names
    await using draft = dryRun ? null : await InboxDraft.open(dataDir, producer, channel)
    await draft?.write(this.#number(this.#announcement()))
    for await (const made of this.#decode()) {
      const cue = await this.#compare(made)
      if (this.#learnTrack(cue.track)) await draft?.write(this.#number(this.#announcement()))
      await draft?.write(this.#number(cue))
    }
    for await (const old of this.#stored.to(null)) this.#diff.old(old)
    this.#diff.end()
    const { counts, differs } = this.#diff
    const about = { original: original.run, counts }
    if (this.#bytesLacking > 0 && !force) {
      const detail = `the bytes of ${this.#bytesLacking} stored cues are not there; --force stores the text of what is`
      return skip('bin-incomplete', detail, counts)
    }
    if (!differs && !force) return { ...about, result: 'same' }
    if (draft === null) return { ...about, result: 'differs' }
    await draft.write(this.#number({ type: 'end', run, at: this.#binUntil }))
    this.#options.signal.throwIfAborted()
    await draft.finish()
    return { ...about, result: 'written', run, revision, file: draft.name }
  }

  #decode(): AsyncGenerator<MadeCue> {
    const { archive, channel, signal, reached } = this.#options
    const { original } = this.#planned
    return decodeRun({
      ...{ archive, channel, original, signal, binUntil: this.#binUntil, run: this.#names.run },
      tracks: tracksOf(this.#planned, this.#options),
      ownServices: this.#options.tracks === null,
      reached: (at) => {
        this.#holes.reached(at)
        reached(original.run, at)
      },
    })
  }

  /** Both texts go on together, so that neither is held; answers the cue as it is to be stored. */
  async #compare({ cue, isCut }: MadeCue): Promise<Omit<DurableEvent & { type: 'cue' }, 'seq'>> {
    const until = new Date(Date.parse(cue.start) + aheadMs).toISOString()
    for await (const old of this.#stored.to(until)) this.#diff.old(old)
    const last = this.#stored.last(cue.track)
    // Where a run ends is told by its source's clock, which may go on after the last bytes.
    const isLast = isCut && last?.start === cue.start && last.text === cue.text
    const end = isLast && last.end > cue.end ? last.end : cue.end
    this.#diff.made({ ...cue, end })
    const airing = this.#stored.airingAt(cue.start)
    return { ...cue, end, ...(airing === undefined ? {} : { airing }) }
  }

  /** Whether it is one that the original did not have. */
  #learnTrack(track: string): boolean {
    if (this.#tracks.some((known) => known.track === track)) return false
    this.#tracks.push({ track, language: null })
    return true
  }

  #announcement(): Omit<DurableEvent & { type: 'run' }, 'seq'> {
    const { original, revision } = this.#planned
    const { run } = this.#names
    const { decoder } = this.#options
    const { startedAt, live, source, extractor } = original
    const tracks = this.#tracks
    return {
      ...{ type: 'run', run, startedAt, live, source, extractor, decoder, tracks },
      ...{ of: original.run, revision },
    }
  }

  #number(event: object): object {
    return { seq: ++this.#seq, ...event }
  }
}

function tracksOf({ original }: PlannedRun, { tracks }: RedecodeOptions): readonly string[] | null {
  if (tracks !== null) return tracks
  return original.tracks.length === 0 ? null : original.tracks.map(({ track }) => track)
}

/** The same decode of the same bytes has the same names: written twice, it is stored once. */
function nameDecode(
  { original, revision }: PlannedRun,
  binUntil: string,
  { channel, decoder, tracks }: RedecodeOptions,
): { run: string; producer: string } {
  const sum = createHash('sha256')
    .update(JSON.stringify([channel, original.run, revision, binUntil, decoder, tracks]))
    .digest('hex')
  const [a, b, c, d, e] = [
    sum.slice(32, 40),
    sum.slice(40, 44),
    sum.slice(44, 47),
    sum.slice(47, 50),
    sum.slice(50, 62),
  ]
  return { run: sum.slice(0, 32), producer: `${a}-${b}-8${c}-8${d}-${e}` }
}
