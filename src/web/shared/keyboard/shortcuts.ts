import { useEffect, useRef, useSyncExternalStore } from 'react'
import { Choice } from '../settings/choices.ts'

/** Letters as shortcuts are in the way of some: speech input above all. They can be switched off (WCAG 2.1.4). */
export const shortcutsOn = new Choice('ccr.shortcuts', ['on', 'off'], 'on')

/** What a single key does, while the page that says so is there. */
export interface Shortcut {
  /** As `KeyboardEvent.key` says it. */
  readonly keys: readonly string[]
  /** What it does, in the reader’s language. */
  readonly label: string
  /** What answers false has done nothing: the key stays the browser’s. */
  readonly run: () => unknown
}

export interface ShortcutGroup {
  readonly title: string
  readonly shortcuts: readonly Shortcut[]
}

class Registry {
  #groups: readonly ShortcutGroup[] = []
  readonly #listeners = new Set<() => void>()

  constructor() {
    if (typeof document !== 'undefined') document.addEventListener('keydown', this.#onKey)
  }

  readonly groups = (): readonly ShortcutGroup[] => this.#groups

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  add(group: ShortcutGroup): () => void {
    this.#set([...this.#groups, group])
    return () => this.#set(this.#groups.filter((one) => one !== group))
  }

  #set(groups: readonly ShortcutGroup[]): void {
    this.#groups = groups
    for (const listener of this.#listeners) listener()
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (shortcutsOn.get() === 'off' || event.defaultPrevented || event.repeat) return
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    for (const { shortcuts } of this.#groups.toReversed())
      for (const { keys, run } of shortcuts)
        if (keys.includes(event.key) && run() !== false) {
          event.preventDefault()
          return
        }
  }
}

/** Letters are letters wherever something is typed or chosen. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]',
    ) !== null
  )
}

const registry = new Registry()

/** Keys of this page, while it is there; what they do may change at every render, what they are called may not. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts)
  useEffect(() => {
    latest.current = shortcuts
  })
  const named = shortcuts.map(({ keys, label }) => `${keys.join(' ')}\t${label}`).join('\n')
  useEffect(
    () =>
      registry.add({
        title,
        shortcuts: named.split('\n').map((line, n) => {
          const [keys = '', label = ''] = line.split('\t')
          return { keys: keys.split(' '), label, run: () => latest.current[n]?.run() }
        }),
      }),
    [title, named],
  )
}

export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useSyncExternalStore(registry.onChange, registry.groups)
}
