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

/** How much further its first token is, and how much later it begins, than the one before; before others, `[language, airing]`. */
type Entry = number | readonly [string | null, string | null]

export function formatCueTable(
  minute: number,
  { position, startMs, language, airing }: CueTable,
): string {
  const entries: Entry[] = []
  position.forEach((at, n) => {
    if (n === 0 || language[n] !== language[n - 1] || airing[n] !== airing[n - 1])
      entries.push([language[n] ?? null, airing[n] ?? null])
    const since = startMs[n - 1] ?? minute * minuteMs
    entries.push(at - (position[n - 1] ?? 0), (startMs[n] ?? 0) - since)
  })
  return JSON.stringify(entries)
}

/** Of rows of an older ccr: from the minute on, and `language, airing` in those that have others. */
type OldEntry = readonly [number, number] | readonly [number, number, string | null, string | null]

/** Text that `formatCueTable` made. */
export function parseCueTable(minute: number, text: string): CueTable {
  // Ours alone writes it, in one transaction with what it is made of.
  if (/^\[\[[-\d]/.test(text)) return parseOldTable(minute, JSON.parse(text) as OldEntry[])
  const position: number[] = []
  const startMs: number[] = []
  const languages: (string | null)[] = []
  const airings: (string | null)[] = []
  let at = 0
  let ms = minute * minuteMs
  let language: string | null = null
  let airing: string | null = null
  const entries = JSON.parse(text) as Entry[]
  for (let n = 0; n < entries.length; n += 2) {
    let further = entries[n]
    if (typeof further === 'object') {
      ;[language, airing] = further
      further = entries[++n]
    }
    at += Number(further)
    ms += Number(entries[n + 1])
    position.push(at)
    startMs.push(ms)
    languages.push(language)
    airings.push(airing)
  }
  return { position, startMs, language: languages, airing: airings }
}

function parseOldTable(minute: number, entries: readonly OldEntry[]): CueTable {
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
