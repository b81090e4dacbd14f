import { setTimeout as pause } from 'node:timers/promises'
import { ChunkQueue } from '../sources/chunk-queue.ts'
import { SourceError, type Source, type SourcePiece, type TellTrouble } from '../sources/source.ts'
import { ExtractorChild } from './child.ts'
import { argumentsFor, type Ccextractor, type Task } from './command.ts'
import { isHopeless, isWell, wordsOf, type Outcome } from './outcome.ts'
import { NoticeStripper } from './strip-notice.ts'

export interface Extraction {
  readonly program: Ccextractor
  readonly task: Task
  /** null = the first that it finds. */
  readonly programme: number | null
  readonly memoryBytes: number
}

type Open = Source['open']

const firstWaitMs = 1000
const longestWaitMs = 60_000
/** One that ran for so long was well. */
const wellAfterMs = 60_000
/** A recording that it cannot read is given up after so many attempts that came no further. */
const mostAttempts = 3
const mostWaiting = 4 * 1024 * 1024
/** How often it is told that the source delivers. */
const aliveEveryMs = 1000

/** What a ccextractor makes of a recording. One that crashes begins anew; what it had written is left out. */
export function extractRecording(open: Open, extraction: Extraction): Open {
  return async function* (signal, tell) {
    let told = 0
    let attempts = 0
    for (;;) {
      const before = told
      const child = await start(extraction)
      const stop = new AbortController()
      const feeding = feed(child, open(AbortSignal.any([signal, stop.signal]), tell), () => false)
      feeding.catch(() => child.kill())
      const stripper = new NoticeStripper()
      let seen = 0
      try {
        for await (const chunk of child.output as AsyncIterable<Uint8Array>) {
          const fresh = stripper.push(chunk)
          const from = Math.max(0, told - seen)
          seen += fresh.length
          if (seen <= told) continue
          told = seen
          yield fresh.subarray(from)
        }
      } finally {
        stop.abort()
        child.stop()
      }
      const outcome = await child.ended
      await feeding
      if (isWell(outcome) || signal.aborted) {
        const rest = stripper.end()
        if (rest.length > 0) yield rest
        return
      }
      const words = wordsOf(outcome, extraction.memoryBytes)
      attempts = told > before ? 1 : attempts + 1
      if (isHopeless(outcome) || attempts >= mostAttempts) throw new SourceError(words)
      await waitAfter(words, firstWaitMs, tell, signal)
    }
  }
}

/** What it makes of a live stream, which goes on while a ccextractor that ended is started again. */
export function extractLive(open: Open, extraction: Extraction): Open {
  return async function* (signal, tell) {
    const live = new LiveExtraction(extraction, tell)
    const stop = new AbortController()
    const all = AbortSignal.any([signal, stop.signal])
    const running = live.run(open, all)
    try {
      yield* live.queue.read(signal)
    } finally {
      stop.abort()
      await running
    }
  }
}

class LiveExtraction {
  readonly queue = new ChunkQueue<SourcePiece>(mostWaiting)
  readonly #extraction: Extraction
  readonly #tell: TellTrouble
  #child: ExtractorChild | undefined
  /** What comes before the first one runs is not lost. */
  readonly #started = Promise.withResolvers<undefined>()
  #sourceTrouble: string | null = null
  #childTrouble: string | null = null
  #isOver = false

  constructor(extraction: Extraction, tell: TellTrouble) {
    this.#extraction = extraction
    this.#tell = tell
  }

  async run(open: Open, signal: AbortSignal): Promise<void> {
    const feeding = this.#feed(open, signal)
    const stop = (): void => this.#child?.stop()
    signal.addEventListener('abort', stop)
    try {
      await this.#supervise(signal)
      await feeding
      this.queue.end()
    } catch (error) {
      this.queue.fail(error instanceof Error ? error : new Error(String(error)))
    } finally {
      signal.removeEventListener('abort', stop)
      this.#child?.stop()
    }
  }

  /** The source is read whether there is a ccextractor or not: it must not be lost as well. */
  async #feed(open: Open, signal: AbortSignal): Promise<void> {
    await this.#started.promise
    try {
      const told = (trouble: string | null): void => {
        this.#sourceTrouble = trouble
        this.#tellWorst()
      }
      const isRead = (): boolean => !this.queue.isFull
      let aliveMs = -Infinity
      for await (const piece of open(signal, told)) {
        if (piece instanceof Uint8Array) {
          const now = performance.now()
          const child = this.#child
          if (child !== undefined && now - aliveMs >= aliveEveryMs) {
            aliveMs = now
            this.queue.push({ note: 'alive' })
          }
          await child?.write(piece, isRead)
        } else this.queue.push(piece)
        if (signal.aborted) break
      }
    } catch (error) {
      if (!signal.aborted)
        this.queue.fail(error instanceof Error ? error : new Error(String(error)))
    }
    this.#isOver = true
    this.#child?.endInput()
  }

  async #supervise(signal: AbortSignal): Promise<void> {
    const isStopped = (): boolean => signal.aborted
    let waitMs = firstWaitMs
    while (!isStopped()) {
      const beganMs = performance.now()
      const outcome = await this.#runOne(isStopped)
      if (isStopped() || (this.#isOver && outcome !== null && isWell(outcome))) return
      const words =
        outcome === null
          ? 'ccextractor cannot be started'
          : wordsOf(outcome, this.#extraction.memoryBytes)
      if (this.#isOver) throw new SourceError(words)
      this.queue.push({ note: 'interrupted' })
      if (performance.now() - beganMs > wellAfterMs) waitMs = firstWaitMs
      const told = (trouble: string): void => {
        this.#childTrouble = trouble
        this.#tellWorst()
      }
      await waitAfter(words, waitMs, told, signal)
      const isVain = outcome !== null && isHopeless(outcome)
      waitMs = isVain ? longestWaitMs : Math.min(longestWaitMs, waitMs * 2)
    }
  }

  /** null when it did not even start: somebody is installing another one. */
  async #runOne(isStopped: () => boolean): Promise<Outcome | null> {
    let child: ExtractorChild
    try {
      child = await start(this.#extraction)
    } catch (error) {
      this.#started.resolve(undefined)
      if (error instanceof SourceError) return null
      throw error
    }
    this.#child = child
    this.#started.resolve(undefined)
    if (this.#isOver) child.endInput()
    if (isStopped()) child.stop()
    await this.#read(child)
    const outcome = await child.ended
    this.#child = undefined
    return outcome
  }

  async #read(child: ExtractorChild): Promise<void> {
    const stripper = new NoticeStripper()
    for await (const chunk of child.output as AsyncIterable<Uint8Array>) {
      const bytes = stripper.push(chunk)
      if (bytes.length === 0) continue
      this.queue.push(bytes)
      if (this.#childTrouble !== null) {
        this.#childTrouble = null
        this.#tellWorst()
      }
      if (this.queue.isFull) await new Promise<void>((resolve) => this.queue.whenRoom(resolve))
    }
    const rest = stripper.end()
    if (rest.length > 0) this.queue.push(rest)
  }

  #tellWorst(): void {
    this.#tell(this.#childTrouble ?? this.#sourceTrouble)
  }
}

async function start(extraction: Extraction): Promise<ExtractorChild> {
  const { program, task, programme, memoryBytes } = extraction
  return await ExtractorChild.start(
    program.path,
    argumentsFor(program, task, programme),
    memoryBytes,
  )
}

async function feed(
  child: ExtractorChild,
  pieces: AsyncIterable<SourcePiece>,
  isRead: () => boolean,
): Promise<void> {
  try {
    for await (const piece of pieces)
      if (piece instanceof Uint8Array) await child.write(piece, isRead)
  } catch (error) {
    // A file that is read no further because its reader has gone.
    if (!(error instanceof Error && error.name === 'AbortError')) throw error
  }
  child.endInput()
}

async function waitAfter(
  words: string,
  ms: number,
  tell: (trouble: string) => void,
  signal: AbortSignal,
): Promise<void> {
  tell(`${words}; starting it again in ${Math.round(ms / 1000)} s`)
  await pause(ms, undefined, { signal }).catch(() => undefined)
}
