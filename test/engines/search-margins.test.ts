import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseQuery } from '../../src/query/language/parse.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { Search } from '../../src/server/ports/search.ts'
import { Feeder, at, cueEvent, noonMs, runEvent } from '../conformance/events.ts'
import { createFolder, eventually } from './temporary.ts'

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

it('finds what came late, before what was said and indexed already', async () => {
  await using folder = await createFolder()
  // Not long after: what the indexer keeps in memory of the stream must give way too.
  const now = (): number => noonMs + 1_800_000
  const options = { dataDir: folder.path, fileEveryMs: null, now }
  const find = async (search: Search): Promise<number[]> => [
    await count(search, '"and came late"'),
    await count(search, '"late wanted own6"'),
  ]
  {
    await using storage = await openSqliteStorage(options)
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1))
    for (let n = 0; n < 20; n++)
      await feeder.store(cueEvent(n + 2, n + 1, n * 60, { text: textOf(n) }))
    await storage.settle()
    await feeder.store(cueEvent(22, 100, 5 * 60 + 30, { text: 'came late' }))
    const isFound = async (): Promise<boolean> =>
      (await find(storage.search)).every((found) => found === 1)
    await eventually('found in the log', isFound)
    await storage.settle()
    // What is indexed after it says that all before is.
    await feeder.store(cueEvent(23, 101, 20 * 60, { text: 'goes on' }))
    await storage.settle()
  }
  // A search that has nothing in memory asks the index.
  await using storage = await openSqliteStorage(options)
  assert.deepEqual(await find(storage.search), [1, 1])
})

it('finds a phrase that was cut by an edge of the index', async () => {
  await using folder = await createFolder()
  await using storage = await openSqliteStorage({ dataDir: folder.path, fileEveryMs: null })
  const feeder = await Feeder.connect(storage.log)
  await feeder.store(runEvent(1))
  for (let n = 0; n < 12; n++) {
    await feeder.store(cueEvent(n + 2, n + 1, n * 60, { text: `first${n} second${n}` }))
    await storage.settle()
  }
  for (let n = 1; n < 12; n++) {
    const phrase = `"second${n - 1} first${n}"`
    assert.equal(await count(storage.search, phrase), 1, phrase)
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
