import assert from 'node:assert/strict'
import type { Cue } from '../../../src/protocol/api.ts'
import type { SearchItem } from '../../../src/protocol/search.ts'
import { until } from '../processes.ts'

const quotes = 3
/** Whole words: a letter with an accent does not end one. */
const twoWords = /(?<![\p{L}\p{N}'’])[A-Za-z]{2,} [A-Za-z]{2,}(?![\p{L}\p{N}'’])/u

/** Search finds every cue of the archive and no other, and each quotation where it was said. */
export async function checkSearch(
  url: string,
  channel: string,
  cues: readonly Cue[],
): Promise<void> {
  const wanted = cues.map(identity).sort()
  // What was stored a moment ago is found a moment later.
  await until(`${channel}: search has every cue`, async () => {
    const found = await identities(url, `channel:${channel}`)
    return found.length >= wanted.length
  })
  assert.deepEqual(await identities(url, `channel:${channel}`), wanted, `${channel}: by search`)
  const quotable = cues.filter(({ text }) => twoWords.test(text))
  for (let n = 0; n < quotes && n < quotable.length; n++) {
    const cue = quotable[Math.floor((n * quotable.length) / quotes)]
    const words = twoWords.exec(cue?.text ?? '')?.[0]
    if (cue === undefined || words === undefined) continue
    const found = await identities(url, `"${words}" channel:${channel}`)
    assert.ok(found.includes(identity(cue)), `${channel}: “${words}” is found where it was said`)
  }
}

async function identities(url: string, q: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/search/export?q=${encodeURIComponent(q)}&format=jsonl`)
  // The index of a month may be being made.
  if (answer.status === 503) return []
  assert.equal(answer.status, 200)
  const lines = (await answer.text()).split('\n').filter((line) => line !== '')
  return lines
    .map((line) => JSON.parse(line) as SearchItem)
    .flatMap(({ track, cues }) => cues.map(({ run, id }) => identity({ run, track, id })))
    .sort()
}

function identity({ run, track, id }: Pick<Cue, 'run' | 'track' | 'id'>): string {
  return `${run} ${track} ${id}`
}
