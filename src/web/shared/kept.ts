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

/** null = forget it. */
export function writeKept(key: string, text: string | null): void {
  try {
    if (text === null) localStorage.removeItem(key)
    else localStorage.setItem(key, text)
  } catch {
    // It holds for this page then.
  }
}
