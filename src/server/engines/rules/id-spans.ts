/**
 * A set of positive integers kept as ascending, separate spans [from, to]. The ids of a run's track
 * count up, so one span remembers every cue it ever had: identity stays exact for ever at a few bytes.
 */
export class IdSpans {
  readonly #spans: [number, number][]

  constructor(spans: readonly (readonly [number, number])[] = []) {
    this.#spans = spans.map(([from, to]) => [from, to])
  }

  has(id: number): boolean {
    const span = this.#spans[this.#firstEndingAtOrAfter(id)]
    return span !== undefined && span[0] <= id
  }

  /** False when the id was there already. */
  add(id: number): boolean {
    const at = this.#firstEndingAtOrAfter(id)
    const after = this.#spans[at]
    if (after !== undefined && after[0] <= id) return false
    const before = this.#spans[at - 1]
    const joinsBefore = before?.[1] === id - 1
    const joinsAfter = after?.[0] === id + 1
    if (joinsBefore && joinsAfter) {
      before[1] = after[1]
      this.#spans.splice(at, 1)
    } else if (joinsBefore) before[1] = id
    else if (joinsAfter) after[0] = id
    else this.#spans.splice(at, 0, [id, id])
    return true
  }

  spans(): readonly (readonly [number, number])[] {
    return this.#spans
  }

  #firstEndingAtOrAfter(id: number): number {
    let low = 0
    let high = this.#spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#spans[middle]?.[1] ?? Infinity) < id) low = middle + 1
      else high = middle
    }
    return low
  }
}
