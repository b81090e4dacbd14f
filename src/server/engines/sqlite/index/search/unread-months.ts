import type { Airing, Gap } from '../../../../../protocol/api.ts'
import { CcrError } from '../../../../../protocol/codes.ts'
import type { Troubles } from '../../volumes/troubles.ts'
import type { SpanKind } from '../../volumes/volume-schema.ts'
import type { Volumes } from '../../volumes/volumes.ts'

/** A month that could not be read is tried again after this long. */
const againAfterMs = 1000

interface Failure {
  readonly message: string
  readonly atMs: number
}

/** Months of the archive that searches cannot read: they find what they can, and say what is missing. */
export class UnreadMonths {
  readonly #volumes: Volumes
  readonly #troubles: Troubles
  readonly #now: () => number
  readonly #failures = new Map<number, Failure>()

  constructor(volumes: Volumes, troubles: Troubles, now: () => number) {
    this.#volumes = volumes
    this.#troubles = troubles
    this.#now = now
  }

  /** All airings or gaps of a month, of every channel; undefined when it cannot be read. */
  spans(month: number, kind: 'airing'): readonly Airing[] | undefined
  spans(month: number, kind: 'gap'): readonly Gap[] | undefined
  spans(month: number, kind: SpanKind): readonly (Airing | Gap)[] | undefined {
    const failed = this.#failures.get(month)
    if (failed !== undefined && this.#now() - failed.atMs < againAfterMs) return undefined
    const read = (): (Airing | Gap)[] => this.#volumes.open(month)?.allSpans(kind) ?? []
    try {
      const spans = read()
      this.#failures.delete(month)
      return spans
    } catch (error) {
      const { message } = this.#volumes.failure(this.#troubles, month, error, read)
      this.#failures.set(month, { message, atMs: this.#now() })
      return undefined
    }
  }

  /** Takes note that something of a month could not be read elsewhere; any other error is thrown. */
  note(month: number, error: unknown): void {
    this.#failures.set(month, { message: unreadProblem(error), atMs: -Infinity })
  }

  /** One sentence for each month from one to another that could not be read of late. */
  problems(fromMonth: number, toMonth: number): string[] {
    return [...this.#failures]
      .filter(([month]) => month >= fromMonth && month <= toMonth)
      .map(([, { message }]) => message)
  }
}

const unreadCodes: ReadonlySet<string> = new Set(['storage-damaged', 'storage-unavailable'])

/** Why a part of the archive cannot be read; any other error is thrown. */
export function unreadProblem(error: unknown): string {
  if (!(error instanceof CcrError) || !unreadCodes.has(error.code)) throw error
  return error.message
}
