import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseQuery } from '../../src/query/language/parse.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite-storage.ts'
import type { Search } from '../../src/server/ports/search.ts'
import { Feeder, at, cueEvent, runEvent } from '../conformance/events.ts'
import { createFolder } from './temporary.ts'

const cueCount = 60
const tokensPerCue = 10
/** `-c` looks this far to both sides (docs/query.md). */
const reach = 60

/** One cue a minute: `wanted`, then a word of its own, then filling. */
const textOf = (n: number): string => `wanted own${n} ${'and '.repeat(tokensPerCue - 2).trim()}`

it('takes away what was said near it, also across the edges of the index', async () => {
  await using folder = await createFolder()
  await using storage = await openSqliteStorage({ dataDir: folder.path, fileEveryMs: null })
  const feeder = await Feeder.connect(storage.log)
  await feeder.store(runEvent(1))
  // Edges of chunks fall everywhere: each brings some cues more.
  for (let n = 0; n < cueCount; n++) {
    await feeder.store(cueEvent(n + 2, n + 1, n * 60, { text: textOf(n) }))
    if (n % 7 === 6) await storage.settle()
  }
  for (let near = 0; near < cueCount; near++) {
    const expected = Array.from({ length: cueCount }, (_, n) => n).filter(
      (n) => Math.abs(n * tokensPerCue - (near * tokensPerCue + 1)) > reach,
    )
    assert.equal(await count(storage.search, `wanted -own${near}`), expected.length, `own${near}`)
  }
})

async function count(search: Search, text: string): Promise<number> {
  const parsed = parseQuery(text)
  assert.ok(parsed.ok)
  const { cells, complete } = await search.timeline({
    ...{ query: parsed.query, tracks: null, from: null, to: null, timeLimitMs: 10_000 },
    channels: [{ id: 'news', network: null, timeZone: 'UTC', from: null, to: null }],
    ...{ edges: [Date.parse(at(-3600)), Date.parse(at(86_400))], byAiring: false },
  })
  assert.ok(complete)
  return cells.reduce((sum, { mentions }) => sum + mentions, 0)
}
