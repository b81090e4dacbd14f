import type { GapReason } from '../../../protocol/events.ts'
import { subtractSpans } from '../../../protocol/time/time-spans.ts'
import { ownGapId } from '../../ports/log.ts'

/**
 * The holes the server tells of itself, because nobody else can: the time after a live run during
 * which no producer monitors the channel. Pure, and part of the batch that it follows from: a hole
 * ends in the same transaction as the data that end it, so that no crash leaves one open for ever.
 *
 * A hole is told as one gap; when clients tell parts of it themselves, as what is left of it, which may
 * be several pieces or none.
 */

/** A run that goes on after a hole and then stops again without a word is missed after this time. */
const missedAfterMs = 30_000
/** Gaps of clients that are remembered to tell one hole once; more while a hole may be told by them. */
const keptTold = 16
const mostTold = 64
/** Clients and server do not put the ends of one hole at the same moment; what is shorter is none. */
const shortestMs = 1000

interface Piece {
  readonly fromMs: number
  /** null = it lasts. */
  readonly toMs: number | null
}

export interface Hole {
  readonly run: string
  readonly reason: GapReason
  readonly fromMs: number
  toMs: number | null
  /** The run went on, and has delivered or will deliver all of it. */
  withdrawn: boolean
  /** As readers were told of it last. */
  shown: readonly Piece[]
}

/** Who monitors a channel, as far as its log knows. */
export interface WatchNote {
  /** The latest live run; null before the first. */
  run: string | null
  /** It said `end`. */
  ended: boolean
  hole: Hole | null
  /** Gaps that clients told lately. */
  told: readonly ({ readonly id: string } & Piece)[]
}

/** A gap as it must be told now. */
export interface OwnGap extends Piece {
  readonly id: string
  readonly run: string | null
  readonly reason: GapReason
}

export function createWatchNote(): WatchNote {
  return { run: null, ended: false, hole: null, told: [] }
}

/** Whether a gap of the server's own lasts. */
export function isOpen({ hole }: WatchNote): boolean {
  return hole !== null && !hole.withdrawn && hole.toMs === null
}

/** A live run speaks of a time. `lastMs` is the latest that the watched run spoke of before. */
export function hearRun(note: WatchNote, run: string, fromMs: number, lastMs: number): OwnGap[] {
  if (note.run === run) {
    note.ended = false
    return isOpen(note) ? withdraw(note) : []
  }
  const { hole } = note
  if (hole !== null && hole.run === note.run && hole.withdrawn && fromMs - lastMs > missedAfterMs) {
    note.hole = { ...hole, fromMs: lastMs, toMs: fromMs, withdrawn: false, shown: [] }
  } else if (hole !== null && isOpen(note)) {
    hole.toMs = Math.max(fromMs, hole.fromMs)
  }
  note.run = run
  note.ended = false
  return tellPieces(note)
}

/** Nobody monitors the channel from a time on, which is a hole until a run is heard. */
export function openHole(note: WatchNote, reason: GapReason, fromMs: number): OwnGap[] {
  const { hole, run } = note
  if (run === null || isOpen(note)) return []
  const shown = hole?.run === run && hole.fromMs === fromMs ? hole.shown : []
  note.hole = { run, reason, fromMs, toMs: null, withdrawn: false, shown }
  return tellPieces(note)
}

/** A client tells a gap, or tells it again. */
export function hearGap(note: WatchNote, id: string, piece: Piece): OwnGap[] {
  const others = note.told.filter((told) => told.id !== id)
  const all = [...others, { id, ...piece }]
  const kept = all.filter((told, n) => n >= all.length - keptTold || touches(note.hole, told))
  // A hole that is told in so many parts is long over; it stays as it is.
  if (kept.length > mostTold && !isOpen(note)) note.hole = null
  note.told = kept.slice(-mostTold)
  return tellPieces(note)
}

function touches(hole: Hole | null, { fromMs, toMs }: Piece): boolean {
  if (hole === null) return false
  return fromMs < (hole.toMs ?? Infinity) && (toMs ?? Infinity) > hole.fromMs
}

function withdraw(note: WatchNote): OwnGap[] {
  if (note.hole !== null) note.hole.withdrawn = true
  return tellPieces(note)
}

/** What of the hole has changed since readers were told of it. */
function tellPieces({ hole, told }: WatchNote): OwnGap[] {
  if (hole === null) return []
  const { run, reason, shown } = hole
  const own = ownGapId(run, hole.fromMs)
  const pieces = hole.withdrawn
    ? []
    : subtractSpans([spanOf(hole)], told.map(spanOf))
        .filter(({ fromMs, toMs }) => toMs - fromMs >= shortestMs)
        .map(({ fromMs, toMs }): Piece => ({ fromMs, toMs: toMs === Infinity ? null : toMs }))
  hole.shown = pieces
  const gaps: OwnGap[] = []
  for (let i = 0; i < Math.max(pieces.length, shown.length); i++) {
    const [piece, before] = [pieces[i], shown[i]]
    const id = i === 0 ? own : `${own}:${i + 1}`
    if (piece === undefined) {
      if (before !== undefined)
        gaps.push({ id, run, reason, fromMs: before.fromMs, toMs: before.fromMs })
    } else if (piece.fromMs !== before?.fromMs || piece.toMs !== before.toMs) {
      gaps.push({ id, run, reason, ...piece })
    }
  }
  return gaps
}

function spanOf({ fromMs, toMs }: Piece): { fromMs: number; toMs: number } {
  return { fromMs, toMs: toMs ?? Infinity }
}
