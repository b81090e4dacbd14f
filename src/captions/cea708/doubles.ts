import type { CueOutput, DraftOutput } from '../caption-event.ts'
import type { EventSink } from '../cues/cue-track.ts'

/** The same words come on line 21 and in a service some seconds apart, either of them first. */
const apartMs = 10_000
/**
 * A cue is a double when this share of its letters, three by three, was said on line 21 about then. Text that lost letters
 * on its way shares more than half with itself, other text of the same language about a quarter.
 */
const doubleShare = 0.45
const pieceLength = 3
/** So much of one kind in a row is no accident. */
const provingPieces = 60
const provingCues = 3
/** Cues that wait for their judgement; a stream that brings more has them judged early. */
const mostHeld = 200
/** Line 21 brings 60 letters a second at most. */
const mostPieces = 5000

interface JudgedCue {
  readonly cue: CueOutput
  readonly pieces: number
  readonly isDouble: boolean
}

/** What line 21 says, in pieces of three letters, and when each was said last. */
export class Line21Text {
  readonly #saidAtMs = new Map<string, number>()
  readonly #growing = new Map<string, DraftOutput>()
  #heardMs = -Infinity

  hear(event: DraftOutput | CueOutput): void {
    if (event.type === 'draft') {
      this.#growing.set(event.track, event)
      return
    }
    this.#growing.delete(event.track)
    this.#heardMs = Math.max(this.#heardMs, event.endMs)
    for (const piece of piecesOf(event.text)) {
      this.#saidAtMs.delete(piece)
      this.#saidAtMs.set(piece, event.endMs)
    }
    for (const piece of this.#saidAtMs.keys()) {
      if (this.#saidAtMs.size <= mostPieces) break
      this.#saidAtMs.delete(piece)
    }
  }

  isSilentSince(ms: number): boolean {
    return this.#heardMs < ms && [...this.#growing.values()].every(({ text }) => text === '')
  }

  /** Share of these pieces that were said since then; 0 of none. */
  share(pieces: readonly string[], sinceMs: number): number {
    if (pieces.length === 0) return 0
    const growing = new Set([...this.#growing.values()].flatMap(({ text }) => piecesOf(text)))
    const said = pieces.filter(
      (piece) => growing.has(piece) || (this.#saidAtMs.get(piece) ?? -Infinity) >= sinceMs,
    )
    return said.length / pieces.length
  }
}

/**
 * Lets pass what a service says that line 21 does not. American broadcasters send the same captions in both, made one
 * from the other; stored twice they would be found, told and counted twice. Which service is whose double nobody
 * announces, so the text decides: cues are held until line 21 has had its time to say it too.
 */
export class OwnText implements EventSink {
  readonly #line21: Line21Text
  readonly #sink: EventSink
  #held: CueOutput[] = []
  /** The newest judged cues, all of one kind. */
  #judged: JudgedCue[] = []
  #isOwn = false
  /** Some of it was a double. */
  #hadDouble = false
  #open: DraftOutput | null = null
  #id = 1

  constructor(line21: Line21Text, sink: EventSink) {
    this.#line21 = line21
    this.#sink = sink
  }

  push(event: DraftOutput | CueOutput): void {
    if (event.type === 'draft') {
      this.#open = event
      if (this.#isOwn) this.#sink.push({ ...event, id: this.#id })
      return
    }
    if (this.#isOwn) this.#sink.push({ ...event, id: this.#id++ })
    this.#open = null
    this.#held.push(event)
    if (this.#held.length > mostHeld) this.#judge(this.#held.shift())
  }

  pass(atMs: number): void {
    while ((this.#held[0]?.endMs ?? Infinity) + apartMs <= atMs) this.#judge(this.#held.shift())
  }

  /** Nothing follows: what was not proven to be a double is a text of its own. */
  end(): void {
    while (this.#held.length > 0) this.#judge(this.#held.shift())
    if (!this.#isOwn && !this.#hadDouble) this.#becomeOwn()
  }

  #judge(cue: CueOutput | undefined): void {
    if (cue === undefined) return
    const pieces = piecesOf(cue.text)
    const before = this.#judged.at(-1)?.isDouble
    // A note of music says nothing about whose it is.
    const sinceMs = cue.startMs - apartMs
    const isDouble =
      pieces.length === 0 ? (before ?? false) : this.#line21.share(pieces, sinceMs) >= doubleShare
    if (isDouble) this.#hadDouble = true
    if (before !== isDouble) this.#judged = []
    this.#judged.push({ cue, pieces: pieces.length, isDouble })
    const isProven =
      (!isDouble && this.#line21.isSilentSince(sinceMs)) ||
      this.#judged.length >= provingCues ||
      this.#judged.reduce((sum, judged) => sum + judged.pieces, 0) >= provingPieces
    if (!isProven) return
    if (isDouble && this.#isOwn) this.#becomeDouble()
    if (!isDouble && !this.#isOwn) this.#becomeOwn()
    // More of it proves nothing more.
    this.#judged.splice(0, this.#judged.length - provingCues)
  }

  /** What was held back is told now, in its order and with its times. */
  #becomeOwn(): void {
    this.#isOwn = true
    const own = this.#judged.filter(({ isDouble }) => !isDouble)
    for (const cue of [...own.map((judged) => judged.cue), ...this.#held]) {
      const { track, startMs, mode, text } = cue
      this.#sink.push({ type: 'draft', track, id: this.#id, startMs, mode, text })
      this.#sink.push({ ...cue, id: this.#id++ })
    }
    if (this.#open !== null && this.#open.text !== '')
      this.#sink.push({ ...this.#open, id: this.#id })
  }

  #becomeDouble(): void {
    this.#isOwn = false
    // They are told already.
    this.#held = []
    if (this.#open !== null && this.#open.text !== '')
      this.#sink.push({ ...this.#open, id: this.#id, text: '' })
  }
}

/** Its letters and digits three by three, whatever is between them. */
function piecesOf(text: string): string[] {
  const letters = text
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
  if (letters === '') return []
  const pieces: string[] = []
  for (let at = 0; at === 0 || at + pieceLength <= letters.length; at++)
    pieces.push(letters.slice(at, at + pieceLength))
  return pieces
}
