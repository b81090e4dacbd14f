export const rows = 15
export const columns = 32

const blank = 0x20

/**
 * One of the two caption memories: 15 rows of 32 characters, as UTF-16 code units; zero is a cell never
 * written to. A row is `told` once its text went into a cue, until something is written to it again.
 */
export class Memory {
  readonly #cells = new Uint16Array(rows * columns)
  readonly #told = new Uint8Array(rows)

  write(row: number, column: number, unit: number): void {
    this.#cells[row * columns + column] = unit
    this.#told[row] = 0
  }

  at(row: number, column: number): number {
    return this.#cells[row * columns + column] ?? 0
  }

  erase(row: number, fromColumn: number): void {
    this.#cells.fill(0, row * columns + fromColumn, (row + 1) * columns)
  }

  clear(): void {
    this.#cells.fill(0)
    this.#told.fill(0)
  }

  isTold(row: number): boolean {
    return this.#told[row] === 1
  }

  tellAll(): void {
    this.#told.fill(1)
  }

  /** Moves the window of `depth` rows that ends in `base` one row up; what leaves it is gone. */
  rollUp(base: number, depth: number): void {
    const top = Math.max(0, base - depth + 1)
    this.#clearOutside(top, base)
    this.#cells.copyWithin(top * columns, (top + 1) * columns, (base + 1) * columns)
    this.#told.copyWithin(top, top + 1, base + 1)
    this.erase(base, 0)
    this.#told[base] = 0
  }

  /** Moves the window of `depth` rows that ends in `from` so that it ends in `to`. */
  moveWindow(from: number, to: number, depth: number): void {
    const top = Math.max(0, from - depth + 1)
    this.#clearOutside(top, from)
    // What would stick out at the top of the screen is lost, as on a television.
    const cut = Math.max(0, top + to - from < 0 ? from - to - top : 0)
    const source = top + cut
    const target = source + to - from
    const count = from - source + 1
    this.#cells.copyWithin(target * columns, source * columns, (from + 1) * columns)
    this.#told.copyWithin(target, source, from + 1)
    this.#clearOutside(target, target + count - 1)
  }

  #clearOutside(top: number, bottom: number): void {
    this.#cells.fill(0, 0, top * columns)
    this.#cells.fill(0, (bottom + 1) * columns)
    this.#told.fill(0, 0, top)
    this.#told.fill(0, bottom + 1)
  }

  /** The row's text without the blanks around it. */
  rowText(row: number): string {
    const cells = this.#cells
    let from = row * columns
    let to = from + columns
    while (from < to && isBlank(cells[from])) from++
    while (to > from && isBlank(cells[to - 1])) to--
    let text = ''
    for (let i = from; i < to; i++) text += String.fromCharCode(cells[i] || blank)
    return text
  }

  /** First column after the row's last visible character. */
  rowEnd(row: number): number {
    for (let column = columns; column > 0; column--) {
      if (!isBlank(this.at(row, column - 1))) return column
    }
    return 0
  }

  isRowEmpty(row: number): boolean {
    return this.rowEnd(row) === 0
  }

  /** All rows that are in no cue yet, from top to bottom. */
  untoldText(): string {
    let text = ''
    for (let row = 0; row < rows; row++) {
      if (this.#told[row] === 1) continue
      const line = this.rowText(row)
      if (line !== '') text += text === '' ? line : `\n${line}`
    }
    return text
  }
}

function isBlank(unit: number | undefined): boolean {
  return unit === undefined || unit === 0 || unit === blank || unit === 0xa0
}
