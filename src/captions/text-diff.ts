import type { Cue } from '../protocol/api.ts'

/** What of a cue is compared: its number is not, because one cue more moves all that follow. */
export type TextCue = Pick<Cue, 'track' | 'start' | 'end' | 'mode' | 'text'>

export type Difference =
  | { readonly kind: 'changed' | 'moved'; readonly old: TextCue; readonly made: TextCue }
  | { readonly kind: 'added'; readonly old: null; readonly made: TextCue }
  | { readonly kind: 'missing'; readonly old: TextCue; readonly made: null }

export interface DiffCounts {
  same: number
  changed: number
  /** Said the same at another time. */
  moved: number
  added: number
  missing: number
}

/** Cues of a track that are looked at on either side for the one that belongs to another. */
const lookAhead = 40
/** A side that is this far ahead of the other waits no longer. */
const mostHeld = 10 * lookAhead
/** Further apart, the same words are not the same cue. */
const nearMs = 10_000
/** Different words that begin this close are one cue, decoded differently. */
const overlapMs = 1500

interface Timed {
  readonly cue: TextCue
  readonly startMs: number
}

/**
 * Compares two texts of the same bytes, both in order of time, track by track. Neither is held: a cue is
 * decided as soon as enough of both sides is there.
 */
export class TextDiff {
  readonly counts: DiffCounts = { same: 0, changed: 0, moved: 0, added: 0, missing: 0 }
  readonly #tracks = new Map<string, TrackDiff>()
  readonly #report: (difference: Difference) => void

  constructor(report: (difference: Difference) => void) {
    this.#report = report
  }

  get differs(): boolean {
    const { changed, moved, added, missing } = this.counts
    return changed + moved + added + missing > 0
  }

  /** The stored text goes on. */
  old(cue: TextCue): void {
    this.#of(cue.track).push('old', cue)
  }

  /** The new text goes on. */
  made(cue: TextCue): void {
    this.#of(cue.track).push('made', cue)
  }

  end(): void {
    for (const track of this.#tracks.values()) track.settle(0)
  }

  #of(track: string): TrackDiff {
    let diff = this.#tracks.get(track)
    if (diff === undefined)
      this.#tracks.set(
        track,
        (diff = new TrackDiff((difference) => {
          if (difference === 'same') this.counts.same++
          else {
            this.counts[difference.kind]++
            this.#report(difference)
          }
        })),
      )
    return diff
  }
}

class TrackDiff {
  readonly #old: Timed[] = []
  readonly #made: Timed[] = []
  readonly #tell: (difference: Difference | 'same') => void

  constructor(tell: (difference: Difference | 'same') => void) {
    this.#tell = tell
  }

  push(side: 'old' | 'made', cue: TextCue): void {
    const queue = side === 'old' ? this.#old : this.#made
    queue.push({ cue, startMs: Date.parse(cue.start) })
    this.settle(lookAhead)
    // Nothing of one side for so long: what the other has is decided by itself, and not held.
    if (queue.length <= mostHeld) return
    if (this.#old.length > 0 && this.#made.length > 0) this.#decide()
    else if (side === 'old') this.#miss()
    else this.#add()
  }

  /** Decides while more than `ahead` cues wait on both sides; with 0, everything. */
  settle(ahead: number): void {
    while (this.#old.length > ahead && this.#made.length > ahead) this.#decide()
    if (ahead > 0) return
    for (const { cue } of this.#old.splice(0)) this.#tell({ kind: 'missing', old: cue, made: null })
    for (const { cue } of this.#made.splice(0)) this.#tell({ kind: 'added', old: null, made: cue })
  }

  #decide(): void {
    const [old] = this.#old
    const [made] = this.#made
    if (old === undefined || made === undefined) return
    if (isSameText(old, made)) {
      this.#pair(old, made)
      return
    }
    const inMade = this.#made.slice(0, lookAhead).findIndex((one) => isSameText(old, one))
    const inOld = this.#old.slice(0, lookAhead).findIndex((one) => isSameText(one, made))
    if (inMade === -1 && inOld === -1 && isOneCue(old, made)) this.#pair(old, made)
    else if (inMade !== -1 && (inOld === -1 || inMade <= inOld)) this.#add()
    else if (inOld !== -1) this.#miss()
    else if (old.startMs <= made.startMs) this.#miss()
    else this.#add()
  }

  #pair({ cue: old }: Timed, { cue: made }: Timed): void {
    this.#old.shift()
    this.#made.shift()
    if (old.text !== made.text || old.mode !== made.mode) this.#tell({ kind: 'changed', old, made })
    else if (old.start !== made.start || old.end !== made.end)
      this.#tell({ kind: 'moved', old, made })
    else this.#tell('same')
  }

  #miss(): void {
    const old = this.#old.shift()
    if (old !== undefined) this.#tell({ kind: 'missing', old: old.cue, made: null })
  }

  #add(): void {
    const made = this.#made.shift()
    if (made !== undefined) this.#tell({ kind: 'added', old: null, made: made.cue })
  }
}

function isSameText(a: Timed, b: Timed): boolean {
  return a.cue.text === b.cue.text && Math.abs(a.startMs - b.startMs) <= nearMs
}

function isOneCue(a: Timed, b: Timed): boolean {
  if (Math.abs(a.startMs - b.startMs) <= overlapMs) return true
  return a.startMs < Date.parse(b.cue.end) && b.startMs < Date.parse(a.cue.end)
}

/** Both texts as one, what went in `[-…-]` and what came in `{+…+}`, word by word; rows are parted by `/`. */
export function markWords(old: string, made: string): string {
  const before = wordsOf(old)
  const after = wordsOf(made)
  const common = commonWords(before, after)
  const parts: string[] = []
  let [i, j] = [0, 0]
  for (const [a, b] of [...common, [before.length, after.length] as const]) {
    if (a > i) parts.push(`[-${before.slice(i, a).join(' ')}-]`)
    if (b > j) parts.push(`{+${after.slice(j, b).join(' ')}+}`)
    const word = before[a]
    if (word !== undefined) parts.push(word)
    ;[i, j] = [a + 1, b + 1]
  }
  return parts.join(' ')
}

function wordsOf(text: string): string[] {
  return text
    .replaceAll('\n', ' / ')
    .split(' ')
    .filter((word) => word !== '')
}

/** Places of a longest common subsequence; a cue has some dozen words at most. */
function commonWords(a: readonly string[], b: readonly string[]): (readonly [number, number])[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1))
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i]
      if (row !== undefined)
        row[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  const common: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) common.push([i++, j++])
    else if (at(i + 1, j) >= at(i, j + 1)) i++
    else j++
  }
  return common
}
