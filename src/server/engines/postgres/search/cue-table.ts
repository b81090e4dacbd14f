import type { CueFields } from '../../rules/search/compiled-query.ts'
import { minuteMs } from '../../rules/search/measures.ts'

/** Cues of a passage and around it, in order; all lists are as long as each other. */
export interface CueTable {
  /** Of its first token, counted from the first of the minute's own: below 0 before them. */
  readonly position: readonly number[]
  readonly startMs: readonly number[]
  readonly language: readonly (string | null)[]
  readonly airing: readonly (string | null)[]
}

/** `[position, ms after the minute's begin]`, and when they are others than before, `language, airing`. */
type Entry = readonly [number, number] | readonly [number, number, string | null, string | null]

export function formatCueTable(
  minute: number,
  { position, startMs, language, airing }: CueTable,
): string {
  const entries = position.map((at, n): Entry => {
    const place = [at, (startMs[n] ?? 0) - minute * minuteMs] as const
    const isSame = n > 0 && language[n] === language[n - 1] && airing[n] === airing[n - 1]
    return isSame ? place : [...place, language[n] ?? null, airing[n] ?? null]
  })
  return JSON.stringify(entries)
}

/** Text that `formatCueTable` made. */
export function parseCueTable(minute: number, text: string): CueTable {
  // Ours alone writes it, in one transaction with what it is made of.
  const entries = JSON.parse(text) as Entry[]
  let language: string | null = null
  let airing: string | null = null
  const table = { position: [] as number[], startMs: [] as number[] }
  const languages: (string | null)[] = []
  const airings: (string | null)[] = []
  for (const entry of entries) {
    if (entry.length === 4) [, , language, airing] = entry
    table.position.push(entry[0])
    table.startMs.push(minute * minuteMs + entry[1])
    languages.push(language)
    airings.push(airing)
  }
  return { ...table, language: languages, airing: airings }
}

export function fieldsAt({ startMs, language, airing }: CueTable, place: number): CueFields {
  return {
    startMs: startMs[place] ?? 0,
    language: language[place] ?? null,
    airing: airing[place] ?? null,
  }
}
