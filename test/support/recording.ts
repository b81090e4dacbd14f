import { readFileSync } from 'node:fs'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import { detectFormat } from '../../src/captions/detect.ts'
import type { Cue } from '../../src/protocol/api.ts'

/** What identifies a cue of one run, and what it says. */
export interface PlainCue {
  readonly track: string
  readonly id: number
  readonly text: string
}

/** A cue with its times on the recording's clock. */
export interface TimedCue extends PlainCue {
  readonly startMs: number
  readonly endMs: number
}

/** The cues of a recording, decoded directly. */
export function decodeRecording(bytes: Uint8Array): PlainCue[] {
  return sortCues(decodeInOrder(bytes).map(plain))
}

/** The same in the order in which they were finished; those that its end finishes are last. */
export function decodeInOrder(bytes: Uint8Array): TimedCue[] {
  const format = detectFormat(bytes.subarray(0, 4096))
  if (format === 'unknown') throw new Error('not a recording')
  const reader = createCaptionReader(format)
  const decoder = new CaptionDecoder()
  const cues: TimedCue[] = []
  let last = 0
  const take = (groups: readonly CaptionGroup[]): void => {
    for (const group of groups) {
      last = group.fts
      for (const event of decoder.push(group)) if (event.type === 'cue') cues.push(event)
    }
  }
  take(reader.push(bytes))
  take(reader.end())
  for (const event of decoder.end(Math.max(last, reader.reachedMs?.() ?? 0)))
    if (event.type === 'cue') cues.push(event)
  return cues
}

export function readRecording(file: string): PlainCue[] {
  return decodeRecording(readFileSync(file))
}

/** All cues of a channel, page by page. */
export async function fetchCues(server: string, channel: string): Promise<Cue[]> {
  const cues: Cue[] = []
  let next: string | null = `/api/v1/channels/${channel}/cues?order=oldest&limit=1000`
  while (next !== null) {
    const answer = await fetch(new URL(next, server))
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
    const page = (await answer.json()) as { items: Cue[]; next: string | null }
    cues.push(...page.items)
    next = page.next
  }
  return cues
}

export function plain({ track, id, text }: PlainCue): PlainCue {
  return { track, id, text }
}

export function sortCues<T extends PlainCue>(cues: readonly T[]): T[] {
  return [...cues].sort((a, b) => (a.track === b.track ? a.id - b.id : a.track < b.track ? -1 : 1))
}
