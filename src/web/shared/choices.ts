import { useSyncExternalStore } from 'react'

/** Something the reader chose for this browser: remembered, and the same everywhere in the page. */
export class Choice<T extends string> {
  readonly values: readonly T[]
  readonly #key: string
  readonly #listeners = new Set<() => void>()
  #value: T

  constructor(key: string, values: readonly T[], usual: T) {
    this.#key = key
    this.values = values
    const stored = read(key)
    this.#value = values.find((value) => value === stored) ?? usual
  }

  readonly get = (): T => this.#value

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly choose = (value: T): void => {
    this.#value = value
    try {
      localStorage.setItem(this.#key, value)
    } catch {
      // It holds for this page then.
    }
    for (const listener of this.#listeners) listener()
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    // Storage may be refused; what is usual is fine.
    return null
  }
}

export function useChoice<T extends string>(choice: Choice<T>): T {
  return useSyncExternalStore(choice.onChange, choice.get)
}

/** public/first.js applies these two before anything is drawn; their names are repeated there. */
export const theme = new Choice('ccr.theme', ['system', 'light', 'dark', 'contrast'], 'system')
export const textSize = new Choice(
  'ccr.text-size',
  ['75', '87', '100', '125', '150', '175', '200', '250'],
  '100',
)
/** Whose clock times are shown by. */
export const clock = new Choice('ccr.clock', ['channel', 'own'], 'channel')

theme.onChange(() => {
  const { dataset } = document.documentElement
  if (theme.get() === 'system') delete dataset['theme']
  else dataset['theme'] = theme.get()
})
textSize.onChange(() => {
  document.documentElement.dataset['text'] = textSize.get()
})

export const ownZone: string = new Intl.DateTimeFormat().resolvedOptions().timeZone

/** The zone in which a channel's times are shown. */
export function useZone(channelZone: string): string {
  return useChoice(clock) === 'own' ? ownZone : channelZone
}
