import { call } from '../../data/account.ts'
import { adoptKept, onKeptWritten, readKept, timeOfKept } from '../settings/kept.ts'
import {
  entriesHere,
  fitting,
  formatEntries,
  isSame,
  merge,
  parseEntries,
  type Entries,
  type Stored,
} from './entries.ts'
import { changesOf, isShared, readTexts, storageKeyOf } from './texts.ts'

/** What was agreed with the account last: a change since is this browser's own. */
const baseKey = 'ccr.agreed'
/** Several choices in a row are told together. */
const restMs = 1000

/**
 * Keeps what a person chose the same in all their browsers, until `signal` ends it: when a page opens or is shown
 * again, and after each choice. A server that is away is asked the next time; meanwhile the browser has all it needs.
 */
export function keepInStep(user: string, signal: AbortSignal): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let isUnderWay = false
  let isWanted = false
  const run = (): void => {
    if (isUnderWay) {
      isWanted = true
      return
    }
    isUnderWay = true
    isWanted = false
    agree(user, signal)
      // Away, or signed out meanwhile: nothing is lost, and the next occasion comes.
      .catch(() => undefined)
      .finally(() => {
        isUnderWay = false
        if (isWanted && !signal.aborted) run()
      })
  }
  const soon = (): void => {
    clearTimeout(timer)
    timer = setTimeout(run, restMs)
  }
  const shown = (): void => {
    if (!document.hidden) run()
  }
  const ends = onKeptWritten((key) => {
    if (isShared(key)) soon()
  })
  document.addEventListener('visibilitychange', shown, { signal })
  window.addEventListener('online', run, { signal })
  signal.addEventListener('abort', () => {
    clearTimeout(timer)
    ends()
  })
  run()
}

async function agree(user: string, signal: AbortSignal): Promise<void> {
  const stored = await call<Stored>('GET', '/me/preferences', undefined, signal)
  const remote = parseEntries(stored)
  const others = Object.fromEntries(Object.entries(stored).filter(([key]) => !(key in remote)))
  const texts = readTexts(readKept)
  const timeOf = (key: string): number | undefined => timeOfKept(storageKeyOf(key))
  const here = entriesHere(texts, readBase(user), timeOf, Date.now())
  const agreed = merge(here, remote)
  const wanted = Object.fromEntries(Object.entries(agreed).map(([key, { text }]) => [key, text]))
  for (const [key, text] of changesOf(wanted, readKept)) adoptKept(key, text)
  const told = fitting(agreed, others)
  const next = { ...others, ...formatEntries(told) }
  if (!isSame(next, stored)) await call('PUT', '/me/preferences', next, signal)
  localStorage.setItem(baseKey, JSON.stringify({ user, stored: formatEntries(told) }))
}

function readBase(user: string): Entries {
  try {
    const base = JSON.parse(readKept(baseKey) ?? '{}') as { user?: unknown; stored?: unknown }
    if (base.user !== user || typeof base.stored !== 'object' || base.stored === null) return {}
    return parseEntries(base.stored as Stored)
  } catch {
    // Not ours: as if nothing had been agreed.
    return {}
  }
}
