import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import { RcwtReader } from '../../src/captions/rcwt.ts'
import { CaptionPipeline, type Unnumbered } from '../../src/client/pipeline.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { transcribe, withoutCcextractor } from '../captions/support/ccextractor.ts'
import { cuesOf, decodeGroups, readGroups } from '../captions/support/decode.ts'
import { compareWords, wordsOf } from '../captions/support/words.ts'
import { Feeder } from '../conformance/events.ts'
import { addChannel, startServer, temporaryFolder, type Server } from '../support/processes.ts'

const sample = readFileSync(new URL('../../samples/harbour-news.ts', import.meta.url))

/** The sample as a run that begins then. */
function runAt(run: string, startedAt: string): Unnumbered[] {
  const events: Unnumbered[] = []
  const reader = createCaptionReader('ts')
  const pipeline = new CaptionPipeline(
    {
      ...{ run, anchorMs: Date.parse(startedAt), live: true, source: 'test', bin: true },
      ...{ decoder: 'test', tracks: null, languages: new Map() },
    },
    { durable: (event) => void events.push(event), draft: () => undefined },
  )
  for (const group of reader.push(sample)) pipeline.push(group, reader)
  for (const group of reader.end()) pipeline.push(group, reader)
  pipeline.end(reader.reachedMs?.() ?? 0)
  return events
}

/** Two and a half minutes each: over an hour's end, over a month's end, and later that night. */
const runs = [
  runAt('run-1', '2026-03-31T22:58:30.000Z'),
  runAt('run-2', '2026-03-31T23:59:00.000Z'),
  runAt('run-3', '2026-04-01T00:10:00.000Z'),
]

/** An archive whose first half lies in volumes and files, the rest in the log; one hour is in both. */
async function makeArchive(dataDir: string): Promise<void> {
  await addChannel(dataDir, 'news')
  await using storage = await openSqliteStorage({ dataDir, fileEveryMs: null })
  const feeder = await Feeder.connect(storage.log, 'news')
  const events = runs.flat().map((event, n) => ({ ...event, seq: n + 1 }))
  const cut = (runs[0]?.length ?? 0) + 60
  await feeder.store(...events.slice(0, cut))
  await storage.settle()
  await feeder.store(...events.slice(cut))
}

async function download(server: Server, from: string, to: string): Promise<Uint8Array> {
  const query = new URLSearchParams({ format: 'bin', from, to })
  const answer = await fetch(`${server.url}/api/v1/channels/news/download?${query.toString()}`)
  assert.equal(answer.status, 200)
  return new Uint8Array(await answer.arrayBuffer())
}

/** Wall clock, to the millisecond, and bytes of every group that was broadcast in the range. */
function expected(from: string, to: string): string[] {
  return runs.flat().flatMap((event) => {
    if (event.type !== 'bin') return []
    const reader = new RcwtReader()
    const header = Buffer.from('ccccedcc00500001000000', 'hex')
    const bytes = Buffer.concat([header, Buffer.from(event.data, 'base64')])
    const groups = [...reader.push(bytes), ...reader.end()]
    return groups
      .map(({ fts, triplets }) => line(Date.parse(event.at) + fts - event.fts, triplets))
      .filter((group) => group >= from && group < to)
  })
}

function line(wallMs: number, triplets: Uint8Array): string {
  return `${new Date(wallMs).toISOString()} ${Buffer.from(triplets).toString('hex')}`
}

/** The same, out of the file: its clock begins where that of its first run did. */
function found(bytes: Uint8Array, firstWall: string | undefined): string[] {
  const reader = new RcwtReader()
  const groups = [...reader.push(bytes), ...reader.end()]
  assert.deepEqual(reader.faults(), {})
  const [first] = groups
  if (first === undefined) return []
  const zeroMs = Date.parse((firstWall ?? '').split(' ')[0] ?? '') - first.fts
  return groups.map(({ fts, triplets }) => line(zeroMs + fts, triplets))
}

describe('a range of BIN', () => {
  const ranges = [
    ['all', '2026-03-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'],
    ['within a chunk', '2026-03-31T22:58:50.300Z', '2026-03-31T22:58:50.600Z'],
    ['within a run', '2026-03-31T22:58:50.000Z', '2026-03-31T22:59:10.000Z'],
    ['over an hour’s end', '2026-03-31T22:59:55.000Z', '2026-03-31T23:00:05.000Z'],
    [
      'the end of one run and the beginning of the next',
      '2026-03-31T23:00:30.000Z',
      '2026-03-31T23:59:20.000Z',
    ],
    ['over a month’s end', '2026-03-31T23:59:50.000Z', '2026-04-01T00:00:10.000Z'],
    ['out of the files into the log', '2026-03-31T23:59:00.000Z', '2026-04-01T00:11:00.000Z'],
    ['the log alone', '2026-04-01T00:10:30.000Z', '2026-04-01T00:11:00.000Z'],
    ['a moment without any', '2026-04-01T00:05:00.000Z', '2026-04-01T00:06:00.000Z'],
  ] as const

  it('is one RCWT file of exactly the groups broadcast in it, each at its time', async () => {
    await using data = await temporaryFolder()
    await makeArchive(data.path)
    await using server = await startServer(data.path)
    for (const [name, from, to] of ranges) {
      const bytes = await download(server, from, to)
      const wanted = expected(from, to)
      assert.deepEqual(found(bytes, wanted[0]), wanted, name)
    }
  })

  it('ends where the next begins, wherever that is in a chunk', async () => {
    await using data = await temporaryFolder()
    await makeArchive(data.path)
    await using server = await startServer(data.path)
    const [from, to] = ['2026-03-31T22:58:50.000Z', '2026-03-31T22:59:10.000Z']
    const whole = await download(server, from, to)
    for (const ms of ['000', '123', '517', '999']) {
      const middle = `2026-03-31T22:59:00.${ms}Z`
      const [first, second] = [
        await download(server, from, middle),
        await download(server, middle, to),
      ]
      assert.deepEqual(Buffer.concat([first, second.subarray(11)]), Buffer.from(whole), middle)
    }
  })

  it('is read by stock CCExtractor, with our words', { skip: withoutCcextractor }, async () => {
    await using data = await temporaryFolder()
    await makeArchive(data.path)
    await using server = await startServer(data.path)
    // Cut out of the middle of roll-up that names its mode once, a range says nothing to either of us.
    for (const [name, from, to] of ranges.slice(0, -1)) {
      const bytes = await download(server, from, to)
      for (const field of [1, 2] as const) {
        const lines = await transcribe(bytes, 'bin', field)
        const ours = cuesOf(decodeGroups(readGroups(bytes)), field === 1 ? 'CC1' : 'CC3')
        const compared = compareWords(
          lines.flatMap(({ text }) => wordsOf(text)),
          ours.flatMap(({ text }) => wordsOf(text)),
        )
        if (name === 'all') assert.ok(lines.length > 0)
        assert.deepEqual(compared, { missing: [], extra: [] }, `${name}, field ${field}`)
      }
    }
  })
})
