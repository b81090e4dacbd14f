import type { CaptionReader } from '../captions/caption-group.ts'
import { SourceError, type TellTrouble } from './sources/source.ts'

/** A recording has shown its tables, and the names in them, many times by then. */
const patienceBytes = 8 * 1024 ** 2

/**
 * What is wrong with an input, as its source and its reader see it; the source is asked first. A recording of which nothing can
 * be read is no input at all, and ends with an error; a live one may come to its senses.
 */
export class InputTrouble {
  readonly #tell: TellTrouble
  readonly #isRecording: boolean
  #source: string | null = null
  #reader: string | null = null
  #told: string | null = null

  constructor(tell: TellTrouble, isRecording: boolean) {
    this.#tell = tell
    this.#isRecording = isRecording
  }

  ofSource(trouble: string | null): void {
    this.#source = trouble
    this.#update()
  }

  /** To be called as bytes come. @throws SourceError */
  ofReader(reader: CaptionReader, bytes: number): void {
    this.#reader = reader.trouble?.() ?? null
    this.#update()
    if (bytes >= patienceBytes) this.#giveUp(reader)
  }

  /** @throws SourceError */
  atEnd(reader: CaptionReader): void {
    this.#reader = reader.trouble?.() ?? null
    this.#giveUp(reader)
  }

  #giveUp(reader: CaptionReader): void {
    const isUnread = (reader.reachedMs?.() ?? 0) === 0
    if (this.#isRecording && this.#reader !== null && isUnread) throw new SourceError(this.#reader)
  }

  #update(): void {
    const trouble = this.#source ?? this.#reader
    if (trouble === this.#told) return
    this.#told = trouble
    this.#tell(trouble)
  }
}
