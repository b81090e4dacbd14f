import type { TimelineRequest } from '../../../../ports/search.ts'
import type { Counts } from './counts.ts'
import type { CutBook } from './cut-book.ts'
import type { Moment } from './search-state.ts'
import type { Searchable } from './searchable.ts'

const maxBytes = 32 * 1024 * 1024

/** What chunks have for a chart once nothing newer has a say in them. */
export interface SettledCounts {
  readonly counts: Counts
  readonly chunks: readonly Searchable[]
}

interface Chart extends SettledCounts {
  readonly edges: readonly number[]
  readonly index: string
  readonly superseded: Moment['superseded']
  /** Of the cuts in each chunk. */
  readonly serials: readonly number[]
  /** Of the book of gaps, when this was last right. */
  cutsVersion: number
  readonly bytes: number
}

/** Charts that were asked for last, added up as far as the index goes: asked again, only what was said since is looked at. */
export class ChartCache {
  readonly #cuts: CutBook
  /** Those asked last are last. */
  readonly #charts = new Map<string, Chart>()
  #bytes = 0

  constructor(cuts: CutBook) {
    this.#cuts = cuts
  }

  get(request: TimelineRequest, moment: Moment): SettledCounts | undefined {
    // Titles of programmes may be told anew.
    if (request.byAiring) return undefined
    const name = nameOf(request)
    const chart = this.#charts.get(name)
    if (chart === undefined) return undefined
    const isSame =
      chart.index === moment.settled.name &&
      chart.superseded === moment.superseded &&
      isEqual(chart.edges, request.edges) &&
      this.#hasSameCuts(chart)
    if (!isSame) return undefined
    this.#charts.delete(name)
    this.#charts.set(name, chart)
    return chart
  }

  set(request: TimelineRequest, moment: Moment, settled: SettledCounts): void {
    if (request.byAiring) return
    const name = nameOf(request)
    const { edges } = request
    const bytes = name.length * 2 + edges.length * 8 + settled.counts.bytes
    const serials = settled.chunks.map((chunk) => this.#cuts.of(chunk).serial)
    this.#bytes += bytes - (this.#charts.get(name)?.bytes ?? 0)
    this.#charts.delete(name)
    this.#charts.set(name, {
      ...settled,
      ...{ edges, index: moment.settled.name, superseded: moment.superseded, serials, bytes },
      cutsVersion: this.#cuts.version,
    })
    for (const [old, chart] of this.#charts) {
      if (this.#bytes <= maxBytes) break
      this.#charts.delete(old)
      this.#bytes -= chart.bytes
    }
  }

  #hasSameCuts(chart: Chart): boolean {
    const { version } = this.#cuts
    if (chart.cutsVersion === version) return true
    const isSame = chart.chunks.every(
      (chunk, n) => this.#cuts.of(chunk).serial === chart.serials[n],
    )
    // What was found right need not be looked at again.
    if (isSame) chart.cutsVersion = version
    return isSame
  }
}

/** All that is asked, but for the edges, which are many numbers and quicker to compare than to write. */
function nameOf({ query, channels, tracks, from, to }: TimelineRequest): string {
  return JSON.stringify([query, channels, tracks, from, to])
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return false
  return true
}
