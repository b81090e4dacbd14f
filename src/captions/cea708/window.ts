/** Cells that a window can have: 15 rows and 63 columns say the standard's fields, and one of each to spare. */
const storedRows = 16
const storedColumns = 64
const blank = 0x20

const rightToLeft = 1
const topToBottom = 2
const bottomToTop = 3

/** Window styles that the standard predefines; 4 to 6 are for roll-up. */
const styles = [
  { print: 0, scroll: bottomToTop, wraps: false },
  { print: 0, scroll: bottomToTop, wraps: false },
  { print: 0, scroll: bottomToTop, wraps: false },
  { print: 0, scroll: bottomToTop, wraps: true },
  { print: 0, scroll: bottomToTop, wraps: true },
  { print: 0, scroll: bottomToTop, wraps: true },
  { print: topToBottom, scroll: rightToLeft, wraps: false },
] as const
const firstRollUpStyle = 4
const lastRollUpStyle = 6

/** Height of the screen in the steps of an absolute anchor, and of a relative one. */
const absoluteHeight = 75
const relativeHeight = 100

/**
 * One of a service's eight windows (CTA-708-E section 8.4): its cells, as UTF-16 code units, its pen and how text runs
 * in it. Zero is a cell never written to. A cell is `told` once its character went into a cue.
 *
 * A line is what is written along: a row, or a column where text runs downwards.
 */
export class CaptionWindow {
  readonly #cells = new Uint16Array(storedRows * storedColumns)
  readonly #told = new Uint8Array(storedRows * storedColumns)
  /** What it reads, until it is something else. */
  #all: readonly string[] | null = null
  #untold: readonly string[] | null = null
  isVisible = false
  /** Lines have been finished in it while viewers looked on: it is a roll-up. */
  hasRolled = false
  /** Where on screen it stands, for the order of reading. */
  top = 0
  left = 0
  #style = 1
  #rows = 1
  #columns = 1
  #print = 0
  #scroll: number = bottomToTop
  #wraps = false
  #line = 0
  /** Behind the end of its line after the last character of it. */
  #place = 0

  /** Six bytes of DF0 … DF7; a window that was there keeps its text. */
  define(bytes: Uint8Array, at: number, isNew: boolean): void {
    const byte = (n: number): number => bytes[at + n] ?? 0
    this.#rows = (byte(3) & 0x0f) + 1
    this.#columns = (byte(4) & 0x3f) + 1
    const anchorRow = Math.floor((byte(3) >> 4) / 3)
    const isRelative = (byte(1) & 0x80) !== 0
    const height = isRelative ? relativeHeight : absoluteHeight
    this.top = (byte(1) & 0x7f) / height - (anchorRow * this.#rows) / 2 / storedRows
    this.left = byte(2)
    const style = (byte(5) >> 3) & 0x07
    if (style > 0 || isNew) this.#setStyle(style === 0 ? 1 : style)
    if (isNew) this.home()
    else this.#line = Math.min(this.#line, this.#lineCount - 1)
  }

  /** Four bytes of SWA. */
  setAttributes(bytes: Uint8Array, at: number): void {
    const flags = bytes[at + 2] ?? 0
    const { row, column } = this.#penAt()
    this.#wraps = (flags & 0x40) !== 0
    this.#print = (flags >> 4) & 3
    this.#scroll = (flags >> 2) & 3
    this.#touch()
    this.movePen(row, column)
  }

  /** Whether each line that is finished is a caption of its own. */
  get rolls(): boolean {
    return this.hasRolled || (this.#style >= firstRollUpStyle && this.#style <= lastRollUpStyle)
  }

  /** The same for windows of the same place and size. */
  get place(): string {
    return `${this.top}/${this.left}/${this.#rows}`
  }

  movePen(row: number, column: number): void {
    const isVertical = this.#isVertical
    this.#line = isVertical ? column : Math.min(row, storedRows - 1)
    const along = isVertical ? row : column
    const isBackwards = this.#print === rightToLeft || this.#print === bottomToTop
    this.#place = isBackwards ? Math.max(0, this.#length - 1 - along) : along
  }

  home(): void {
    this.#line = this.#step > 0 ? 0 : this.#lineCount - 1
    this.#place = 0
  }

  /** Whether the next character does not fit its line, and its word goes on in the next one. */
  get mustWrap(): boolean {
    return this.#wraps && this.#place >= this.#length
  }

  /** Whether a carriage return pushes a line out of the window. */
  get isOnLastLine(): boolean {
    const next = this.#line + this.#step
    return next < 0 || next >= this.#lineCount
  }

  /** Whether a character takes the place of another before which its line has no text. */
  isReplacedBy(unit: number): boolean {
    const at = this.#index(this.#line, this.#place)
    const old = at < 0 ? 0 : (this.#cells[at] ?? 0)
    if (isBlank(old) || old === unit || this.#told[at] === 1) return false
    for (let place = 0; place < this.#place; place++) {
      if (!isBlank(this.#cells[this.#index(this.#line, place)])) return false
    }
    return true
  }

  write(unit: number): void {
    const at = this.#index(this.#line, this.#place)
    if (at < 0) return
    // Another character among those told: the line says something else now.
    if (this.#told[at] === 1 && this.#cells[at] !== unit) this.#untell()
    this.#cells[at] = unit
    this.#place++
    this.#touch()
  }

  /** Over a character that is not shown. */
  skip(): void {
    if (this.#place < storedColumns) this.#place++
  }

  backspace(): void {
    if (this.#place === 0) return
    this.#place--
    this.#erase(this.#index(this.#line, this.#place))
  }

  eraseLine(): void {
    this.#eraseAll(this.#line)
    this.#place = 0
  }

  carriageReturn(): void {
    if (this.isOnLastLine) this.#rollUp()
    else this.#line += this.#step
    this.#place = 0
  }

  /** Takes the word that reaches the end of the line, which goes on in the next one; of one as long as the line, nothing. */
  takeWord(): number[] {
    const word: number[] = []
    for (let place = this.#length - 1; place >= 0; place--) {
      const unit = this.#cells[this.#index(this.#line, place)] ?? 0
      if (isBlank(unit)) break
      word.unshift(unit)
    }
    if (word.length >= this.#length) return []
    for (let i = 1; i <= word.length; i++) this.#erase(this.#index(this.#line, this.#length - i))
    return word
  }

  clear(): void {
    this.#cells.fill(0)
    this.#told.fill(0)
    this.#touch()
  }

  tell(): void {
    if (!this.hasText(true)) return
    for (let at = 0; at < this.#cells.length; at++) if (this.#cells[at] !== 0) this.#told[at] = 1
    this.#touch()
  }

  /** Its lines in order of reading; `untold`: only what is in no cue yet. */
  lines(untold: boolean): readonly string[] {
    return untold ? (this.#untold ??= this.#read(true)) : (this.#all ??= this.#read(false))
  }

  hasText(untold: boolean): boolean {
    return this.lines(untold).length > 0
  }

  #read(untold: boolean): string[] {
    const lines: string[] = []
    const count = this.#isVertical ? storedColumns : storedRows
    for (let i = 0; i < count; i++) {
      const text = this.#lineText(this.#step > 0 ? i : count - 1 - i, untold)
      if (text !== '') lines.push(text)
    }
    return lines
  }

  /** What it reads may be something else now. */
  #touch(): void {
    this.#all = null
    this.#untold = null
  }

  get #isVertical(): boolean {
    return this.#print >= topToBottom
  }

  get #lineCount(): number {
    return this.#isVertical ? this.#columns : this.#rows
  }

  get #length(): number {
    return this.#isVertical ? this.#rows : this.#columns
  }

  /** To the line after this one: against the direction in which lines move. */
  get #step(): number {
    if (this.#isVertical) return this.#scroll === 0 ? -1 : 1
    return this.#scroll === topToBottom ? -1 : 1
  }

  #setStyle(style: number): void {
    this.#style = style
    const { print, scroll, wraps } = styles[style - 1] ?? styles[0]
    this.#print = print
    this.#scroll = scroll
    this.#wraps = wraps
    this.#touch()
  }

  #penAt(): { row: number; column: number } {
    const isBackwards = this.#print === rightToLeft || this.#print === bottomToTop
    const along = isBackwards ? Math.max(0, this.#length - 1 - this.#place) : this.#place
    return this.#isVertical
      ? { row: along, column: this.#line }
      : { row: this.#line, column: along }
  }

  /** −1 outside. What is longer than its window is kept as far as there are cells: its words were said. */
  #index(line: number, place: number): number {
    const isBackwards = this.#print === rightToLeft || this.#print === bottomToTop
    const along = isBackwards ? this.#length - 1 - place : place
    const [row, column] = this.#isVertical ? [along, line] : [line, along]
    const isInside = row >= 0 && row < storedRows && column >= 0 && column < storedColumns
    return isInside ? row * storedColumns + column : -1
  }

  /** All cells of a line in the order in which it is written: the first, how many, and how far apart. */
  #span(line: number): { readonly first: number; readonly count: number; readonly step: number } {
    const isBackwards = this.#print === rightToLeft || this.#print === bottomToTop
    const [first, count, step] = this.#isVertical
      ? [line, storedRows, storedColumns]
      : [line * storedColumns, storedColumns, 1]
    return isBackwards
      ? { first: first + (count - 1) * step, count, step: -step }
      : { first, count, step }
  }

  #lineText(line: number, untold: boolean): string {
    const { first, count, step } = this.#span(line)
    let text = ''
    for (let i = 0, at = first; i < count; i++, at += step) {
      const unit = untold && this.#told[at] === 1 ? 0 : (this.#cells[at] ?? 0)
      if (unit !== 0 || text !== '') text += String.fromCharCode(unit || blank)
    }
    return text.trim()
  }

  #rollUp(): void {
    const step = this.#step
    const last = this.#line
    for (let i = 0, to = step > 0 ? 0 : this.#lineCount - 1; i < this.#lineCount; i++, to += step) {
      if (to === last) break
      this.#copyLine(to + step, to)
    }
    this.#eraseAll(last)
  }

  #copyLine(from: number, to: number): void {
    const [source, target] = [this.#span(from), this.#span(to)]
    for (let i = 0; i < target.count; i++) {
      const old = source.first + i * source.step
      const at = target.first + i * target.step
      this.#cells[at] = this.#cells[old] ?? 0
      this.#told[at] = this.#told[old] ?? 0
    }
    this.#touch()
  }

  #eraseAll(line: number): void {
    const { first, count, step } = this.#span(line)
    for (let i = 0; i < count; i++) this.#erase(first + i * step)
  }

  #erase(at: number): void {
    if (at < 0) return
    this.#cells[at] = 0
    this.#told[at] = 0
    this.#touch()
  }

  #untell(): void {
    const { first, count, step } = this.#span(this.#line)
    for (let i = 0; i < count; i++) this.#told[first + i * step] = 0
  }
}

function isBlank(unit: number | undefined): boolean {
  return unit === undefined || unit === 0 || unit === blank || unit === 0xa0
}
