import { useSyncExternalStore } from 'react'

/** Something the reader chose for this browser: remembered, and the same everywhere in the page and in its other tabs. */
export class Kept<T> {
  readonly #key: string
  readonly #parse: (text: string | null) => T
  readonly #format: (value: T) => string
  readonly #listeners = new Set<() => void>()
  #value: T

  constructor(key: string, parse: (text: string | null) => T, format: (value: T) => string) {
    this.#key = key
    this.#parse = parse
    this.#format = format
    this.#value = parse(readKept(key))
    window.addEventListener('storage', (event) => {
      // A null key: everything was cleared.
      if (event.key === key || event.key === null) this.#set(this.#parse(readKept(key)))
    })
  }

  readonly get = (): T => this.#value

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly choose = (value: T): void => {
    writeKept(this.#key, this.#format(value))
    this.#set(value)
  }

  #set(value: T): void {
    this.#value = value
    for (const listener of this.#listeners) listener()
  }
}

export function useKept<T>(kept: Kept<T>): T {
  return useSyncExternalStore(kept.onChange, kept.get)
}

/** null when nothing is kept, or storage is refused. */
export function readKept(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // What is usual is fine.
    return null
  }
}

/** null = forget it. When it was chosen is noted beside it. */
export function writeKept(key: string, text: string | null): void {
  try {
    put(key, text)
    put(timesKey, JSON.stringify({ ...readTimes(), [key]: Date.now() }))
  } catch {
    // It holds for this page then.
  }
  for (const listener of writers) listener(key)
}

/** What was chosen elsewhere holds here too, from now on; null = it is forgotten. */
export function adoptKept(key: string, text: string | null): void {
  put(key, text)
  // As if another window had chosen it; windows hear of each other by themselves.
  window.dispatchEvent(new StorageEvent('storage', { key }))
}

/** When the reader chose it in this browser, in milliseconds; undefined = before times were noted. */
export function timeOfKept(key: string): number | undefined {
  const at = readTimes()[key]
  return typeof at === 'number' ? at : undefined
}

/** Tells the key of whatever this window writes, until the returned function is called. */
export function onKeptWritten(listener: (key: string) => void): () => void {
  writers.add(listener)
  return () => writers.delete(listener)
}

const timesKey = 'ccr.times'
const writers = new Set<(key: string) => void>()

function put(key: string, text: string | null): void {
  if (text === null) localStorage.removeItem(key)
  else localStorage.setItem(key, text)
}

function readTimes(): Readonly<Record<string, unknown>> {
  try {
    const times: unknown = JSON.parse(readKept(timesKey) ?? '{}')
    return typeof times === 'object' && times !== null ? { ...times } : {}
  } catch {
    // Not ours: none were noted.
    return {}
  }
}
