import { formatRcwtGroup, formatRcwtHeader } from '../../captions/rcwt.ts'
import {
  createFileState,
  type CaptionFormat,
  type FileFacts,
  type FileItem,
  type FileState,
} from '../../captions/files/caption-file.ts'
import { startOf } from '../../captions/files/hold-apart.ts'
import { fileWriters } from '../../captions/files/writers.ts'
import { SccReader } from '../../captions/scc.ts'
import type { OutFormat } from './formats.ts'
import type { ReadCue, ReadCues } from './read-cues.ts'

export interface WritePlan {
  readonly format: OutFormat
  /** Of the file it is made of. */
  readonly name: string
  readonly timeZone: string
  /** Epoch milliseconds of 00:00:00; null = where times are instants, the first cue. */
  readonly startAtMs: number | null
  readonly shiftMs: number
  /** null = all that the format can hold. */
  readonly tracks: readonly string[] | null
  readonly languages: ReadonlyMap<string, string>
}

export interface Written {
  readonly cues: number
  /** What could not be written as it was, in words. */
  readonly losses: readonly string[]
}

/** A file that does not name its track is read as the first of line 21. */
const usualTrack = 'CC1'
/** These cannot tell tracks apart; one is what a player expects. */
const oneTrack: readonly OutFormat[] = ['srt', 'scc', 'bin']
const run = 'converted'

/** Writes cues and programmes piece by piece. */
export function* writeCues(
  read: ReadCues,
  plan: WritePlan,
): Generator<string | Uint8Array, Written> {
  const losses: string[] = []
  const kept = choose(read.cues, plan, losses)
  const tracks = tracksOf(kept, plan)
  const format: CaptionFormat = plan.format === 'bin' ? 'scc' : plan.format
  const zeroMs = isOfDay(read) ? plan.startAtMs : (plan.startAtMs ?? 0)
  const facts: FileFacts = {
    ...{ format, tracks, zeroMs, channel: 'file', name: plan.name, timeZone: plan.timeZone },
    ...{ from: null, to: null },
  }
  const state = createFileState(facts)
  const items = itemsOf(kept, read, plan, losses)
  if (plan.format === 'bin') yield* rcwtOf(textOf(facts, items, state))
  else yield* textOf(facts, items, state)
  tellLine21(state, losses)
  return { cues: state.cues, losses }
}

/** Instants of 1970 are times of a file that this program wrote, whose clock begins with it. */
function isOfDay({ cues, isInstants }: ReadCues): boolean {
  return isInstants && cues.some(({ startMs }) => startMs >= Date.UTC(1971, 0))
}

function choose(cues: readonly ReadCue[], plan: WritePlan, losses: string[]): readonly ReadCue[] {
  const names = [...new Set(cues.map(trackOf))].sort()
  const wanted = plan.tracks ?? (oneTrack.includes(plan.format) ? names.slice(0, 1) : names)
  const missing = plan.tracks?.filter((track) => !names.includes(track)) ?? []
  if (missing.length > 0)
    losses.push(`there is nothing in ${missing.join(', ')}; there is ${names.join(', ')}`)
  const left = names.filter((track) => !wanted.includes(track))
  if (plan.tracks === null && left.length > 0)
    losses.push(`${plan.format} holds one track: ${left.join(', ')} left out (see --tracks)`)
  return cues.filter((cue) => wanted.includes(trackOf(cue)))
}

function tracksOf(cues: readonly ReadCue[], plan: WritePlan): FileFacts['tracks'] {
  const found = new Map<string, string | null>()
  for (const cue of cues) {
    const track = trackOf(cue)
    found.set(track, found.get(track) ?? languageOf(cue, plan))
  }
  return [...found].sort().map(([track, language]) => ({ track, language }))
}

function itemsOf(
  cues: readonly ReadCue[],
  read: ReadCues,
  plan: WritePlan,
  losses: string[],
): FileItem[] {
  const baseMs = read.isInstants ? 0 : (plan.startAtMs ?? 0)
  const instant = (ms: number): string => new Date(baseMs + plan.shiftMs + ms).toISOString()
  const position = { epoch: run, seq: 0 }
  const items: FileItem[] = []
  const ids = new Map<string, number>()
  let early = 0
  for (const cue of cues) {
    if (!read.isInstants && cue.endMs + plan.shiftMs <= 0) {
      early++
      continue
    }
    const track = trackOf(cue)
    const id = (ids.get(track) ?? 0) + 1
    ids.set(track, id)
    const value = {
      ...{ channel: 'file', track, id, run, position: { epoch: run, seq: items.length + 1 } },
      ...{ start: instant(Math.max(cue.startMs, read.isInstants ? cue.startMs : -plan.shiftMs)) },
      ...{ end: instant(cue.endMs), text: cue.text, mode: cue.mode ?? 'pop-on', airing: null },
      language: languageOf(cue, plan),
    } as const
    items.push({ type: 'cue', value })
  }
  if (early > 0) losses.push(`${early} captions ended before 00:00:00 and were left out`)
  for (const [n, { atMs, title, rating, category, description }] of read.programmes.entries()) {
    if (title === null || title === read.programmes[n - 1]?.title) continue
    const value = {
      ...{ channel: 'file', id: `programme-${n}`, run, title, start: instant(atMs), end: null },
      ...{ source: 'xds', description, category, rating, position },
    }
    items.push({ type: 'airing', value })
  }
  return items.sort((a, b) => (startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0))
}

function* textOf(
  facts: FileFacts,
  items: readonly FileItem[],
  state: FileState,
): Generator<string> {
  const writer = fileWriters[facts.format]
  yield writer.head(facts)
  for (const item of items) {
    const text = writer.item(item, facts, state)
    if (text !== '') yield text
  }
  yield writer.tail(facts, state)
}

/** Line 21 as it would be broadcast. */
function* rcwtOf(scc: Iterable<string>): Generator<Uint8Array> {
  yield formatRcwtHeader()
  const reader = new SccReader({ hourOffset: 0 })
  const encoder = new TextEncoder()
  for (const text of scc)
    for (const group of reader.push(encoder.encode(text))) yield formatRcwtGroup(group)
  for (const group of reader.end()) yield formatRcwtGroup(group)
}

function tellLine21({ line21 }: FileState, losses: string[]): void {
  if (line21.replaced > 0)
    losses.push(`${line21.replaced} characters that line 21 does not have became question marks`)
  if (line21.late > 0)
    losses.push(
      `${line21.late} captions came later than they should: line 21 is slower than they are`,
    )
}

function trackOf({ track = usualTrack }: ReadCue): string {
  return track
}

function languageOf(cue: ReadCue, plan: WritePlan): string | null {
  return plan.languages.get(trackOf(cue)) ?? cue.language ?? null
}
