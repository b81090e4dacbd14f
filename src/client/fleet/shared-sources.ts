import { ChunkQueue } from '../sources/chunk-queue.ts'
import { openSource } from '../sources/open-source.ts'
import { takeProgramme } from '../sources/programme-option.ts'
import type { Source, SourcePiece, TellTrouble } from '../sources/source.ts'

/** What waits for one channel: some three seconds of a whole multiplex. */
const mostWaiting = 8 * 1024 * 1024

/**
 * Sources of the channels of one process: those that name the same live source, apart from its programme, read it
 * together. It is opened for the first of them and closed after the last.
 */
export class SharedSources {
  readonly #shared = new Map<string, SharedSource>()
  readonly #closing = new Map<string, Promise<void>>()

  /** As `openSource`; a recording is read by each channel for itself, at its own pace. */
  readonly open: typeof openSource = async (input, format) => {
    const source = await openSource(input, format)
    if (source.fingerprint !== null) return source
    // Which of its programmes is meant is the reader's matter.
    const key = `${source.format} ${takeProgramme(input).address}`
    let reader: Reader | undefined
    return {
      ...source,
      open: (signal, tell) => {
        const shared = this.#of(key, source)
        reader = new Reader(tell)
        return this.#read(key, shared, reader, signal)
      },
      sharing: () => ({
        readers: this.#shared.get(key)?.readers ?? 1,
        passedOver: reader?.passedOver ?? 0,
      }),
    }
  }

  #of(key: string, source: Source): SharedSource {
    const known = this.#shared.get(key)
    if (known?.isOver === false) return known
    // Two at the same tuner would find it busy.
    const shared = new SharedSource(source, this.#closing.get(key) ?? Promise.resolve())
    this.#shared.set(key, shared)
    return shared
  }

  async *#read(
    key: string,
    shared: SharedSource,
    reader: Reader,
    signal: AbortSignal,
  ): AsyncGenerator<SourcePiece> {
    shared.join(reader)
    try {
      yield* reader.read(signal)
    } finally {
      if (shared.leave(reader)) {
        if (this.#shared.get(key) === shared) this.#shared.delete(key)
        const closed = shared.close().finally(() => {
          if (this.#closing.get(key) === closed) this.#closing.delete(key)
        })
        this.#closing.set(key, closed)
        await closed
      }
    }
  }
}

/** One source that is open, and those who read it. */
class SharedSource {
  readonly #source: Source
  readonly #before: Promise<void>
  readonly #readers = new Set<Reader>()
  readonly #stop = new AbortController()
  #pumping: Promise<void> | undefined
  #trouble: string | null = null
  #goOn: () => void = () => undefined
  /** Nobody may join any more. */
  isOver = false

  /** `before`: the same source, opened by others, is closed. */
  constructor(source: Source, before: Promise<void>) {
    this.#source = source
    this.#before = before
  }

  get readers(): number {
    return this.#readers.size
  }

  join(reader: Reader): void {
    this.#readers.add(reader)
    // Who comes new can take what the others cannot.
    this.#goOn()
    if (this.#trouble !== null) reader.tell(this.#trouble)
    this.#pumping ??= this.#pump()
  }

  /** Whether that was the last one. */
  leave(reader: Reader): boolean {
    this.#readers.delete(reader)
    if (this.#readers.size > 0) return false
    this.isOver = true
    return true
  }

  async close(): Promise<void> {
    this.#stop.abort()
    this.#goOn()
    await this.#pumping
  }

  async #pump(): Promise<void> {
    const { signal } = this.#stop
    const tell: TellTrouble = (trouble) => {
      this.#trouble = trouble
      for (const reader of this.#readers) reader.tell(trouble)
    }
    try {
      await this.#before
      for await (const chunk of this.#source.open(signal, tell)) {
        for (const reader of this.#readers) reader.take(chunk)
        // One that is slow loses its own; a source that nobody keeps up with is read more slowly.
        await this.#untilSomeoneHasRoom()
        if (signal.aborted) break
      }
      this.#end()
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)))
    }
  }

  #end(failure?: Error): void {
    this.isOver = true
    for (const reader of this.#readers) reader.end(failure)
  }

  async #untilSomeoneHasRoom(): Promise<void> {
    const readers = [...this.#readers]
    if (readers.length === 0 || readers.some(({ isFull }) => !isFull)) return
    await new Promise<void>((resolve) => {
      this.#goOn = resolve
      for (const reader of readers) reader.whenRoom(resolve)
    })
  }
}

/** One channel's side of a shared source. */
class Reader {
  readonly tell: TellTrouble
  readonly #queue = new ChunkQueue<SourcePiece>(mostWaiting)
  /** Pieces that came while too much waited. */
  passedOver = 0

  constructor(tell: TellTrouble) {
    this.tell = tell
  }

  get isFull(): boolean {
    return this.#queue.isFull
  }

  take(chunk: SourcePiece): void {
    if (this.#queue.isFull && chunk instanceof Uint8Array) this.passedOver++
    else this.#queue.push(chunk)
  }

  end(failure: Error | undefined): void {
    if (failure === undefined) this.#queue.end()
    else this.#queue.fail(failure)
  }

  whenRoom(run: () => void): void {
    this.#queue.whenRoom(run)
  }

  read(signal: AbortSignal): AsyncGenerator<SourcePiece> {
    return this.#queue.read(signal)
  }
}
