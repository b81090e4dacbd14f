import { monthOf } from '../../volumes/months.ts'
import type { IndexCue } from '../format/chunk.ts'
import type { Dictionary } from '../tail/dictionary.ts'
import { marginAfter } from '../../../rules/search/measures.ts'
import type { SealedStream } from './index-writer.ts'
import type { TailCue, TailStream } from '../tail/tail-stream.ts'

/** A chunk of more would be read whole for a page of a few. */
const maxTokens = 400_000

/** The stretches that a stream's end makes, by month: what is fresh, and what that can change. */
export function sealStream(
  { key, cues }: TailStream,
  bounds: { readonly first: number; readonly ownFrom: number },
  { terms }: Dictionary,
): Map<number, SealedStream> {
  const { first, ownFrom } = bounds
  const sealed = new Map<number, SealedStream>()
  for (let from = ownFrom; from < cues.length;) {
    const month = monthOf(cues[from]?.startMs ?? 0)
    let to = from + 1
    while (to < cues.length && monthOf(cues[to]?.startMs ?? 0) === month) to++
    const end = endOfMargin(cues, to)
    const index = cues.slice(first, end).map((cue) => indexCue(cue, terms))
    sealed.set(month, { key, cues: index, ownFrom: from - first, ownTo: to - first })
    from = to
  }
  return sealed
}

/** Stretches that make a chunk each: those of about one time, and no more than are read at once. */
export function groupStretches(stretches: readonly SealedStream[]): SealedStream[][] {
  const ordered = stretches
    .map((stretch) => ({ stretch, startMs: stretch.cues[stretch.ownFrom]?.startMs ?? 0 }))
    .sort((a, b) => a.startMs - b.startMs)
  const groups: SealedStream[][] = []
  let tokens = Infinity
  let groupMs = -Infinity
  for (const { stretch, startMs } of ordered) {
    if (tokens > maxTokens || startMs - groupMs > 6 * 3_600_000) {
      groups.push([])
      tokens = 0
      groupMs = startMs
    }
    groups.at(-1)?.push(stretch)
    tokens += stretch.cues.reduce((sum, cue) => sum + cue.terms.length, 0)
  }
  return groups
}

function endOfMargin(cues: readonly TailCue[], from: number): number {
  let at = from
  for (let count = 0; at < cues.length && count < marginAfter; at++)
    count += cues[at]?.terms.length ?? 0
  return at
}

function indexCue(cue: TailCue, terms: readonly string[]): IndexCue {
  const { startMs, language, airing } = cue
  return { startMs, language, airing, terms: Array.from(cue.terms, (term) => terms[term] ?? '') }
}
