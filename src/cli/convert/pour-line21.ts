import type { CaptionGroup, CaptionReader, FaultCounts } from '../../captions/caption-group.ts'
import { RawScc } from '../../captions/files/raw-scc.ts'
import { formatRcwtGroup, formatRcwtHeader } from '../../captions/rcwt.ts'
import type { DownloadTarget } from '../download-target.ts'
import type { WritePlan, Written } from './write-cues.ts'

export interface Poured extends Written {
  readonly faults: FaultCounts
}

/** The field of line 21 that carries all of these; null where one field does not. */
export function fieldOf(tracks: readonly string[] | null): 0 | 1 | null {
  const fields = new Set(
    (tracks ?? ['CC1']).map((track) =>
      ['CC1', 'CC2'].includes(track) ? 0 : ['CC3', 'CC4'].includes(track) ? 1 : null,
    ),
  )
  const [field = null] = fields
  return fields.size === 1 ? field : null
}

export async function pourBin(
  reader: CaptionReader,
  groups: AsyncIterable<CaptionGroup>,
  target: DownloadTarget,
  { shiftMs }: WritePlan,
): Promise<Poured> {
  await target.write(formatRcwtHeader())
  const moved = new MovedGroups(groups, shiftMs)
  let count = 0
  for await (const group of moved.later()) {
    await target.write(formatRcwtGroup(group))
    count++
  }
  return { cues: count, losses: moved.losses(), faults: reader.faults() }
}

export async function pourScc(
  reader: CaptionReader,
  groups: AsyncIterable<CaptionGroup>,
  target: DownloadTarget,
  { tracks, shiftMs }: WritePlan,
): Promise<Poured> {
  const scc = new RawScc(fieldOf(tracks) ?? 0)
  const text = new TextEncoder()
  await target.write(text.encode(scc.head()))
  const moved = new MovedGroups(groups, shiftMs)
  for await (const group of moved.later()) {
    const lines = scc.group(group)
    if (lines !== '') await target.write(text.encode(lines))
  }
  await target.write(text.encode(scc.tail()))
  return { cues: scc.pairs, losses: moved.losses(), faults: reader.faults() }
}

/** Groups at other times, without those that would be before 00:00:00. */
class MovedGroups {
  readonly #groups: AsyncIterable<CaptionGroup>
  readonly #shiftMs: number
  #early = 0

  constructor(groups: AsyncIterable<CaptionGroup>, shiftMs: number) {
    this.#groups = groups
    this.#shiftMs = shiftMs
  }

  async *later(): AsyncGenerator<CaptionGroup> {
    for await (const group of this.#groups) {
      const fts = group.fts + this.#shiftMs
      if (fts < 0) this.#early++
      else yield { ...group, fts }
    }
  }

  losses(): string[] {
    if (this.#early === 0) return []
    return [`the bytes of ${this.#early} pictures before 00:00:00 were left out`]
  }
}
