/** What one person chose, wherever they read: texts with the time of each, of which the latest holds. */

/** A text, and when it was chosen in milliseconds; null = taken back. */
export interface Entry {
  readonly at: number
  readonly text: string | null
}
export type Entries = Readonly<Record<string, Entry>>

/** As `/me/preferences` takes them (docs/accounts.md). */
export type Stored = Readonly<Record<string, string>>

/** Limits of the server: characters of a text, and of all together. */
const longestText = 4000
const longestAll = 16_384

/** Texts of another form are somebody else's, and none of ours. */
export function parseEntries(stored: Stored): Entries {
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]) => {
      const [, at, sign, text = ''] = /^(\d{1,15})([=-])(.*)$/s.exec(value) ?? []
      if (at === undefined) return []
      return [[key, { at: Number(at), text: sign === '=' ? text : null }]]
    }),
  )
}

export function formatEntries(entries: Entries): Stored {
  return Object.fromEntries(
    Object.entries(entries).map(([key, { at, text }]) => [
      key,
      text === null ? `${at}-` : `${at}=${text}`,
    ]),
  )
}

/** The later of each; what only one of them has is never lost. */
export function merge(one: Entries, other: Entries): Entries {
  const merged: Record<string, Entry> = { ...one }
  for (const [key, entry] of Object.entries(other)) {
    const known = merged[key]
    if (known === undefined || entry.at >= known.at) merged[key] = entry
  }
  return merged
}

/**
 * What is chosen in a browser, of which `base` is known to have been agreed with the account. What is other than that
 * was changed since: at the time that was noted, or now. What nobody agreed on and has no time gives way to the account's.
 */
export function entriesHere(
  texts: Readonly<Record<string, string>>,
  base: Entries,
  timeOf: (key: string) => number | undefined,
  nowMs: number,
): Entries {
  const here: Record<string, Entry> = {}
  for (const key of new Set([...Object.keys(texts), ...Object.keys(base)])) {
    const text = texts[key] ?? null
    const agreed = base[key]
    if (agreed === undefined) here[key] = { at: timeOf(key) ?? 0, text }
    else if (agreed.text === text) here[key] = agreed
    else here[key] = { at: Math.max(timeOf(key) ?? nowMs, agreed.at + 1), text }
  }
  return here
}

/** As many as the server takes beside what else it keeps, the latest first; the others stay in the browser. */
export function fitting(entries: Entries, beside: Stored): Entries {
  const kept: Record<string, Entry> = {}
  const stored: Record<string, string> = { ...beside }
  for (const [key, entry] of Object.entries(entries).sort(([, a], [, b]) => b.at - a.at)) {
    const [value = ''] = Object.values(formatEntries({ [key]: entry }))
    const isShort =
      value.length <= longestText &&
      JSON.stringify({ ...stored, [key]: value }).length <= longestAll
    if (!isShort) continue
    stored[key] = value
    kept[key] = entry
  }
  return kept
}

export function isSame(one: Stored, other: Stored): boolean {
  const keys = Object.keys(one)
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key])
}
