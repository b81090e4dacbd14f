import { useEffect, useRef } from 'react'
import type { Channel, Cue } from '../../protocol/api.ts'

/**
 * The last lines of channels that were read, kept in this browser for when the server is away. Only what is
 * public, only a few, and not for longer than a day: what was taken down does not live on here.
 */

export interface KeptLines {
  readonly id: string
  readonly name: string
  readonly timeZone: string
  /** RFC 3339. */
  readonly keptAt: string
  readonly lines: readonly KeptLine[]
}

export interface KeptLine {
  readonly start: string
  readonly text: string
  readonly language: string | null
}

const key = 'ccr.read'
const mostChannels = 5
const mostLines = 80
const longestMs = 86_400_000

/** Keeps what is shown now when the page is left or hidden. */
export function useKeptLines(channel: Channel, track: string, cues: readonly Cue[]): void {
  const latest = useRef({ channel, track, cues })
  useEffect(() => {
    latest.current = { channel, track, cues }
  })
  useEffect(() => {
    const keep = (): void => {
      const now = latest.current
      if (now.channel.policy.visibility === 'public')
        keepLines(now.channel, now.cues.filter((cue) => cue.track === now.track), Date.now())
    }
    const keepWhenHidden = (): void => {
      if (document.hidden) keep()
    }
    document.addEventListener('visibilitychange', keepWhenHidden)
    window.addEventListener('pagehide', keep)
    return () => {
      document.removeEventListener('visibilitychange', keepWhenHidden)
      window.removeEventListener('pagehide', keep)
      keep()
    }
  }, [])
}

export function keepLines(
  { id, name, timeZone }: Pick<Channel, 'id' | 'name' | 'timeZone'>,
  cues: readonly Pick<Cue, 'start' | 'text' | 'language'>[],
  nowMs: number,
): void {
  if (cues.length === 0) return
  const lines = cues
    .slice(-mostLines)
    .map(({ start, text, language }) => ({ start, text, language }))
  const kept = { id, name, timeZone, keptAt: new Date(nowMs).toISOString(), lines }
  const others = readKept(nowMs).filter((one) => one.id !== id)
  try {
    localStorage.setItem(key, JSON.stringify([kept, ...others].slice(0, mostChannels)))
  } catch {
    // No room, or none is given: then there is nothing to read without the server.
  }
}

/** The channel that was read last is first. */
export function readKept(nowMs: number): readonly KeptLines[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(stored)
      ? stored.filter(isKept).filter(({ keptAt }) => nowMs - Date.parse(keptAt) < longestMs)
      : []
  } catch {
    return []
  }
}

/** It may be of another version of this page, or changed by hand. */
function isKept(value: unknown): value is KeptLines {
  if (typeof value !== 'object' || value === null) return false
  const { id, name, timeZone, keptAt, lines } = value as Partial<Record<keyof KeptLines, unknown>>
  return (
    [id, name, timeZone, keptAt].every((part) => typeof part === 'string') &&
    Array.isArray(lines) &&
    lines.every((line: Partial<KeptLine> | null) => {
      const { start, text, language } = line ?? {}
      return (
        typeof start === 'string' &&
        typeof text === 'string' &&
        (language === null || typeof language === 'string')
      )
    })
  )
}
