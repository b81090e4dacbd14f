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
  let count = 0
  let early = 0
  for await (const group of groups) {
    if (group.fts + shiftMs < 0) early++
    else {
      await target.write(formatRcwtGroup({ ...group, fts: group.fts + shiftMs }))
      count++
    }
  }
  return { cues: count, losses: earlyLosses(early), faults: reader.faults() }
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
  let early = 0
  for await (const group of groups) {
    const fts = group.fts + shiftMs
    if (fts < 0) early++
    else {
      const lines = scc.group({ ...group, fts })
      if (lines !== '') await target.write(text.encode(lines))
    }
  }
  await target.write(text.encode(scc.tail()))
  return { cues: scc.pairs, losses: earlyLosses(early), faults: reader.faults() }
}

function earlyLosses(groups: number): string[] {
  return groups === 0 ? [] : [`the bytes of ${groups} pictures before 00:00:00 were left out`]
}
