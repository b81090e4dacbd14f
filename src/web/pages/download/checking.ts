/** Sets of keys of one list; every function gives a new set. */
export type Keys = ReadonlySet<string>

export function toggled(checked: Keys, key: string): Keys {
  const next = new Set(checked)
  if (!next.delete(key)) next.add(key)
  return next
}

/** `base` with everything between two places of the list, both included, checked or not. */
export function stretched(
  keys: readonly string[],
  base: Keys,
  [one, other]: readonly [string, string],
  isOn: boolean,
): Keys {
  const [a, b] = [keys.indexOf(one), keys.indexOf(other)]
  const next = new Set(base)
  if (a === -1 || b === -1) return next
  for (const key of keys.slice(Math.min(a, b), Math.max(a, b) + 1))
    if (isOn) next.add(key)
    else next.delete(key)
  return next
}

/**
 * The first and last of a choice that can have no holes, of which one was just checked or unchecked: what was
 * unchecked in its middle ends it. Null for nothing.
 */
export function unbroken(
  keys: readonly string[],
  before: Keys,
  after: Keys,
): readonly [number, number] | null {
  const on = keys.flatMap((key, i) => (after.has(key) ? [i] : []))
  const [first, last] = [on[0], on.at(-1)]
  if (first === undefined || last === undefined) return null
  const hole = keys.findIndex(
    (key, i) => i > first && i < last && before.has(key) && !after.has(key),
  )
  return [first, hole === -1 ? last : hole - 1]
}
