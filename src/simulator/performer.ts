import type { Mode } from '../protocol/events.ts'
import type { Encoder, Pair } from '../captions/cea608/encoder.ts'
import { frameMs, type Field } from './line21.ts'

/** How a captioner works. `direct` is roll-up as it is typed, with its mistakes. */
export type Style = 'roll-up' | 'direct' | 'pop-on' | 'paint-on'

export interface PerformerOptions {
  readonly style: Style
  readonly depth: 2 | 3 | 4
  readonly wordsPerMinute: number
}

/** A row or screen that was meant, to hold decoders against. */
export interface Meant {
  readonly mode: Mode
  readonly text: string
}

const columns = 32
/** A screen of pop-on text stays at least this long. */
const shortestScreenMs = 1300
/** `{wrong>right}`: typed, taken back letter by letter, and typed anew. */
const correction = /\{([^>}]*)>([^}]*)\}/

/** Types texts into one field, in stream time. */
export class Performer {
  readonly #field: Field
  readonly #encoder: Encoder
  #options: PerformerOptions
  readonly meant: Meant[] = []
  #clockMs: number
  #isStarted = false
  #screenOn = false
  /** Where roll-up writes, 1 … 15. */
  #baseRow = 15

  constructor(field: Field, encoder: Encoder, options: PerformerOptions, startMs: number) {
    this.#field = field
    this.#encoder = encoder
    this.#options = options
    this.#clockMs = startMs
  }

  /** Where the captioner is, milliseconds of the stream. */
  get clockMs(): number {
    return this.#clockMs
  }

  pause(ms: number): void {
    this.#clockMs += ms
  }

  /** Goes on in another style. */
  change(style: Style, depth: 2 | 3 | 4): void {
    this.#options = { ...this.#options, style, depth }
    this.#screenOn ||= this.#isStarted
    this.#isStarted = false
  }

  /** Roll-up goes on in another row of the screen, 1 … 15. */
  moveTo(row: number): void {
    this.#baseRow = row
    this.#isStarted = false
  }

  /** Flowing text, broken into rows; for roll-up styles. */
  speak(text: string): void {
    for (const row of wrap(text, columns)) this.#row(row)
  }

  /** One screen of rows; for pop-on and paint-on. `_` begins and ends italics. */
  show(rows: readonly string[]): void {
    const words = rows.join(' ').split(/\s+/).length
    const lastsMs = Math.max(shortestScreenMs, (words * 60_000) / this.#options.wordsPerMinute)
    const text = rows.map((row) => row.replaceAll('_', '').trim()).join('\n')
    if (this.#options.style === 'pop-on') {
      this.meant.push({ mode: 'pop-on', text })
      this.#popOn(rows)
    } else {
      this.meant.push({ mode: 'paint-on', text })
      this.#paintOn(rows)
    }
    this.#clockMs += lastsMs
  }

  /** The screen is cleared; what was on it is over. */
  clear(): void {
    this.#send(this.#encoder.command('eraseDisplayed'))
    this.#screenOn = false
    this.#isStarted = false
  }

  #row(row: string): void {
    const encoder = this.#encoder
    const head: Pair[] = []
    if (!this.#isStarted) head.push(...encoder.rollUp(this.#options.depth))
    head.push(...encoder.command('carriageReturn'))
    if (!this.#isStarted) head.push(...encoder.preamble(this.#baseRow))
    this.#isStarted = true
    this.#send(head)
    this.meant.push({
      mode: 'roll-up',
      text: row.replace(new RegExp(correction, 'g'), '$2').trim(),
    })
    const msPerWord = 60_000 / this.#options.wordsPerMinute
    let pending = ''
    for (const word of row.split(/(?<= )/)) {
      if (this.#options.style === 'direct') this.#type(word)
      else pending += word
      this.#clockMs += msPerWord
    }
    if (pending !== '') this.#send(encoder.text(pending))
  }

  #type(word: string): void {
    const match = correction.exec(word)
    if (match === null) {
      this.#send(this.#encoder.text(word))
      return
    }
    const [, wrong = '', right = ''] = match
    this.#send(this.#encoder.text(word.slice(0, match.index) + wrong))
    this.#clockMs += 300
    const back = this.#encoder.command('backspace')
    for (let i = 0; i < wrong.length; i++) this.#send(back)
    this.#send(this.#encoder.text(right + word.slice(match.index + match[0].length)))
  }

  #popOn(rows: readonly string[]): void {
    const encoder = this.#encoder
    const loading = [...encoder.command('resumeCaptionLoading'), ...encoder.command('eraseHidden')]
    loading.push(...this.#rows(rows))
    // Loaded beforehand, so that it can be shown on time.
    const leadMs = loading.length * frameMs
    this.#field.send(this.#clockMs - leadMs, loading)
    const showing = [
      ...(this.#screenOn ? encoder.command('eraseDisplayed') : []),
      ...encoder.command('endOfCaption'),
    ]
    this.#send(showing)
    this.#screenOn = true
  }

  #paintOn(rows: readonly string[]): void {
    const encoder = this.#encoder
    if (this.#screenOn) this.#send(encoder.command('eraseDisplayed'))
    this.#send([...encoder.command('resumeDirectCaptioning'), ...this.#rows(rows)])
    this.#screenOn = true
  }

  #rows(rows: readonly string[]): Pair[] {
    const first = 15 - rows.length + 1
    return rows.flatMap((row, i) => {
      const column = Math.max(0, Math.floor((columns - row.length) / 2))
      return [...this.#encoder.preamble(first + i, column), ...this.#styled(row)]
    })
  }

  #styled(row: string): Pair[] {
    const parts = row.split('_')
    return parts.flatMap((part, i) => {
      const text = this.#encoder.text(part)
      if (i === 0) return text
      return [...this.#encoder.style(i % 2 === 1 ? 'italics' : 'plain'), ...text]
    })
  }

  #send(pairs: readonly Pair[]): void {
    this.#field.send(this.#clockMs, pairs)
  }
}

/** Rows of at most `width`, broken at spaces; a correction counts by its longer side. */
export function wrap(text: string, width: number): string[] {
  const rows: string[] = []
  let row = ''
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    if (row !== '' && shownLength(row) + shownLength(word) + 1 > width) {
      rows.push(row)
      row = ''
    }
    row = row === '' ? word : `${row} ${word}`
  }
  if (row !== '') rows.push(row)
  return rows
}

function shownLength(text: string): number {
  return text.replace(new RegExp(correction, 'g'), (_whole, wrong: string, right: string) =>
    wrong.length > right.length ? wrong : right,
  ).length
}
