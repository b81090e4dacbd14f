import assert from 'node:assert/strict'
import type { Cue } from '../../../src/protocol/api.ts'
import { until } from '../processes.ts'
import { decodeRecording, fetchCues, plain, sortCues } from '../recording.ts'
import { checkSearch } from './search-reader.ts'
import { checkStory, type Session } from './story.ts'
import { checkWatcher, type Watcher } from './watchers.ts'

export interface Everywhere {
  readonly url: string
  readonly channel: string
  readonly story: readonly Session[]
  readonly doesForget: boolean
  readonly watchers: readonly Watcher[]
}

type Reader = (all: Everywhere) => Promise<readonly Cue[] | null>

/**
 * Every way to read all of a channel, each held against the story by itself; null where one must refuse.
 * A new one is one more line.
 */
const readers: Readonly<Record<string, Reader>> = {
  'the list by time': ({ url, channel }) => fetchCues(url, channel),
  'the list by storage': listSince,
  'the file of lines': downloadLines,
}

/** Throws unless all readers agree with the story; returns how many cues there are. */
export async function checkEverywhere(all: Everywhere): Promise<number> {
  const { url, channel, story } = all
  if (story.length === 0) {
    assert.deepEqual(await fetchCues(url, channel), [], `${channel}: nothing was sent`)
    return 0
  }
  const lists: (readonly Cue[])[] = []
  for (const [what, read] of Object.entries(readers)) {
    const cues = await read(all)
    if (cues === null) continue
    checkStory(`${channel}, ${what}`, cues, story)
    lists.push(cues)
  }
  const [first = [], ...others] = lists
  const identity = ({ run, track, id }: Cue): string => `${run} ${track} ${id}`
  const byTime = [...first].sort(compareByTime)
  assert.deepEqual(first, byTime, `${channel}: the list by time is in order`)
  const sorted = (cues: readonly Cue[]): Cue[] => [...cues].sort(compareByTime)
  for (const other of others) assert.deepEqual(sorted(other), byTime, `${channel}: lists agree`)
  const epochs = new Set(first.map(({ position }) => position.epoch))
  assert.equal(epochs.size, 1, `${channel}: no crash changes the epoch`)
  await checkBins(all, first)
  await checkSearch(url, channel, first)
  const archived = new Set(first.map(identity))
  for (const watcher of all.watchers) {
    if (!all.doesForget)
      await until(
        `${watcher.what} has been told everything`,
        () => new Set(watcher.told.flatMap(({ cue }) => cue ?? [])).size >= archived.size,
      )
    checkWatcher(watcher, archived, !all.doesForget)
  }
  return first.length
}

/** docs/protocol.md, "Words": by start, then track, run and id. */
function compareByTime(a: Cue, b: Cue): number {
  const order = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0)
  return order(a.start, b.start) || order(a.track, b.track) || order(a.run, b.run) || a.id - b.id
}

/** In order of storage, from before the first; a log that has forgotten must say so. */
async function listSince({ url, channel, doesForget }: Everywhere): Promise<Cue[] | null> {
  const [known] = await fetchCues(url, channel)
  assert.ok(known, `${channel} has cues`)
  const cues: Cue[] = []
  let next: string | null =
    `/api/v1/channels/${channel}/cues?since=${known.position.epoch}.0&limit=1000`
  while (next !== null) {
    const answer: Response = await fetch(new URL(next, url))
    if (doesForget && answer.status === 410) return null
    assert.equal(answer.status, 200)
    const page = (await answer.json()) as { items: Cue[]; next: string | null }
    cues.push(...page.items)
    next = page.next
  }
  const seqs = cues.map(({ position }) => position.seq)
  assert.deepEqual(
    seqs,
    [...seqs].sort((a, b) => a - b),
    `${channel}: in order of storage`,
  )
  return cues
}

async function downloadLines({ url, channel }: Everywhere): Promise<Cue[]> {
  const answer = await fetch(`${url}/api/v1/channels/${channel}/download?format=jsonl`)
  assert.equal(answer.status, 200)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Cue)
}

/** The original bytes of each recording, decoded again, give the cues that were told of it. */
async function checkBins({ url, channel, story }: Everywhere, cues: readonly Cue[]): Promise<void> {
  for (const { kind, startAtMs, cues: told } of story) {
    if (kind !== 'whole' || startAtMs === null) continue
    const from = new Date(startAtMs).toISOString()
    const to = new Date(startAtMs + 600_000).toISOString()
    const runs = new Set(
      cues.filter(({ start }) => start >= from && start < to).map(({ run }) => run),
    )
    // A recording that was sent again lies at the same time, and has its bytes there too.
    if (runs.size > 1) continue
    const query = `format=bin&from=${from}&to=${to}`
    const answer = await fetch(`${url}/api/v1/channels/${channel}/download?${query}`)
    assert.equal(answer.status, 200)
    assert.deepEqual(
      decodeRecording(Buffer.from(await answer.arrayBuffer())),
      sortCues(told.map(plain)),
      `${channel}: the BIN of ${from} gives the same cues`,
    )
  }
}
