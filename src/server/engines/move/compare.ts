import { createHash, type Hash } from 'node:crypto'
import type { Archive, ArchivedRun, BinLoss } from '../../ports/archive.ts'
import { storableJson } from '../postgres/plain-text.ts'
import { allCues, allSpans } from './whole-archive.ts'

const kinds = ['cues', 'decodes', 'airings', 'gaps', 'runs', 'tracks', 'coverage', 'bytes'] as const
export type Kind = (typeof kinds)[number]

/**
 * What an archive has of a channel: how much of each kind, and what stands for all of it. `cues` is the text that is shown,
 * `decodes` that of runs that were decoded more than once, each by itself.
 */
export type Contents = Readonly<Record<Kind, { readonly count: number; readonly digest: string }>>

const hourMs = 3_600_000
const cuesPerPage = 1000
const runsPerPage = 500
const always = { from: null, to: null }

/** Reads everything of a channel. Two archives that answer alike have the same contents, whatever their epochs. */
export async function readContents(
  archive: Archive,
  channel: string,
  onCount: (count: number) => void = () => undefined,
  onLoss: (loss: BinLoss) => void = () => undefined,
): Promise<Contents> {
  const tallies = Object.fromEntries(kinds.map((kind) => [kind, new Tally()])) as Record<
    Kind,
    Tally
  >
  const add = (kind: Kind, values: readonly unknown[]): void => {
    for (const value of values) tallies[kind].add(value)
    onCount(values.length)
  }
  const decoded = new Set<string>()
  let after: string | null = null
  for (;;) {
    const runs: readonly ArchivedRun[] = await archive.runs(channel, after, runsPerPage)
    add('runs', runs)
    for (const { announced } of runs)
      if (announced.of !== undefined) decoded.add(announced.of).add(announced.run)
    if (runs.length < runsPerPage) break
    after = runs.at(-1)?.announced.run ?? null
  }
  // Which of several decodes is shown is the archive's to say: of those each is read by itself too.
  for (const run of [null, ...[...decoded].sort()])
    for await (const cues of allCues(archive, channel, run, cuesPerPage))
      add(run === null ? 'cues' : 'decodes', cues)
  for await (const airings of allSpans(archive, 'airing', channel)) add('airings', airings)
  for await (const gaps of allSpans(archive, 'gap', channel)) add('gaps', gaps)
  add('tracks', await archive.tracks(channel))
  add('coverage', await archive.coverage(channel, always))
  await readBytes(archive, channel, tallies.bytes, { onCount, onLoss })
  return Object.fromEntries(kinds.map((kind) => [kind, tallies[kind].result()])) as Contents
}

/** What is not the same; empty when all is. */
export function differencesOf(one: Contents, other: Contents): Kind[] {
  return kinds.filter((kind) => one[kind].digest !== other[kind].digest)
}

/** Of an hour, files come in whatever order they were put away in: each run's bytes are taken by themselves. */
async function readBytes(
  archive: Archive,
  channel: string,
  tally: Tally,
  { onCount, onLoss }: { onCount: (count: number) => void; onLoss: (loss: BinLoss) => void },
): Promise<void> {
  const open = new Map<string, Hash>()
  let hour = -Infinity
  const close = (): void => {
    for (const [name, hash] of [...open].sort(([a], [b]) => (a < b ? -1 : 1)))
      tally.note([hour, name, hash.digest('hex')])
    open.clear()
  }
  const never = new AbortController().signal
  for await (const { run, format, at, data } of archive.bin(channel, always, never, { onLoss })) {
    const now = Math.floor(Date.parse(at) / hourMs)
    if (now !== hour) close()
    hour = now
    const name = `${run} ${format}`
    const hash = open.get(name) ?? createHash('sha256')
    open.set(name, hash)
    hash.update(`${at} ${data.length}\n`).update(data)
    tally.count += data.length
    onCount(1)
  }
  close()
}

class Tally {
  count = 0
  readonly #hash = createHash('sha256')

  add(value: unknown): void {
    this.count++
    this.note(value)
  }

  note(value: unknown): void {
    this.#hash.update(plain(value)).update('\n')
  }

  result(): { count: number; digest: string } {
    return { count: this.count, digest: this.#hash.digest('hex') }
  }
}

/** Keys in order; without epochs, which a restored or taken over log has anew; with what PostgreSQL cannot hold replaced. */
function plain(value: unknown): string {
  return JSON.stringify(JSON.parse(storableJson(value)), (key, part: unknown) => {
    if (key === 'epoch') return undefined
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}
