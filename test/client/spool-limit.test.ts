import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { cpSync, readdirSync, statSync } from 'node:fs'
import { utimes } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { lastOf, type SpoolRecord } from '../../src/client/spool/record.ts'
import { Spool, type SpoolOptions } from '../../src/client/spool/spool.ts'
import { temporaryFolder } from '../support/processes.ts'

const cue = (n: number): string => JSON.stringify({ type: 'cue', n, text: 'x'.repeat(120) })
const bin = (n: number): string => JSON.stringify({ type: 'bin', n, data: 'x'.repeat(1800) })
const run = JSON.stringify({ type: 'run', run: 'r1' })

async function readAll(spool: Spool): Promise<SpoolRecord[]> {
  const found: SpoolRecord[] = []
  for (let at = spool.first; at <= spool.durable;) {
    const records = await spool.read(at, 50_000)
    found.push(...records)
    const last = records.at(-1)
    assert.ok(last !== undefined, `nothing at ${at}`)
    at = lastOf(last) + 1
  }
  return found
}

/** As a disk is looked at: every file of the folder, at any moment. */
function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => {
    const about = statSync(path.join(folder, name), { throwIfNoEntry: false })
    return sum + (about?.size ?? 0)
  }, 0)
}

const moment = ['written', 'synced', 'replacing', 'thinned', 'dropping', 'trimming'].map(
  (name) => `ccr:spool.${name}`,
)

/** The number of the last cue up to a number, where every third event is BIN. */
const lastCue = (last: number): number => (last % 3 === 0 ? last - 1 : last)

const has = (type: string) => (record: SpoolRecord) => record.line.startsWith(`{"type":"${type}"`)

/** No number is missing, and none is there twice. */
function assertContiguous(records: readonly SpoolRecord[]): void {
  let next = records[0]?.seq ?? 1
  for (const record of records) {
    assert.equal(record.seq, next)
    next = lastOf(record) + 1
  }
}

describe('a spool that is full', () => {
  const maxBytes = 1024 * 1024

  it('drops the oldest BIN before the oldest cue, and stays under its limit at every moment', async () => {
    await using folder = await temporaryFolder()
    let largest = 0
    const beforeWrite = (): void => void (largest = Math.max(largest, sizeOf(folder.path)))
    await using spool = await Spool.open({ folder: folder.path, maxBytes, beforeWrite })
    const watch = setInterval(beforeWrite, 1)
    spool.append(run)
    for (let n = 1; n <= 1500; n++) {
      spool.append(bin(n))
      spool.append(cue(n))
      if (n % 7 === 0) await spool.flush()
      largest = Math.max(largest, sizeOf(folder.path))
    }
    await spool.flush()
    clearInterval(watch)
    assert.ok(largest <= maxBytes, `${largest} bytes`)
    const records = await readAll(spool)
    assertContiguous(records)
    assert.equal(records.filter(has('cue')).length, 1500)
    const bins = records.filter(has('bin'))
    assert.ok(bins.length > 20 && bins.length < 1000, `${bins.length} BIN events`)
    // What is left of it is the newest.
    assert.equal(bins.at(-1)?.seq, 3000)
    assert.ok((bins.at(-1)?.seq ?? 0) - (bins[0]?.seq ?? 0) < 2 * bins.length)
    assert.equal(spool.dropped.cues, 0)
    assert.equal(spool.dropped.bins, 1500 - bins.length)
    assert.equal(spool.hasDropped, false)
    for (const { line } of records.filter(has('skip'))) assert.match(line, /"lost":"bin"/)
  })

  it('drops the oldest cues when no BIN is left but the newest, and keeps what says whose they were', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes })
    spool.append(run)
    for (let n = 1; n <= 12_000; n++) {
      spool.append(n % 5 === 0 ? bin(n) : cue(n))
      if (n % 50 === 0) await spool.flush()
    }
    const records = await readAll(spool)
    assertContiguous(records)
    const cues = records.filter(has('cue'))
    const bins = records.filter(has('bin'))
    assert.ok(spool.dropped.cues > 1000)
    assert.ok((bins[0]?.seq ?? 0) > (cues[0]?.seq ?? Infinity), 'BIN goes first')
    assert.equal(records[0]?.line, run)
    assert.match(records[1]?.line ?? '', /"skip".*"spool-overflow"}$/)
    assert.ok(sizeOf(folder.path) <= maxBytes)
  })

  it('keeps its numbers in any order of appending, storing and restarting', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({
          kind: fc.constant('append' as const),
          count: fc.integer({ min: 1, max: 400 }),
        }),
        fc.record({ kind: fc.constant('restart' as const), count: fc.constant(0) }),
        fc.record({ kind: fc.constant('trim' as const), count: fc.integer({ min: 0, max: 600 }) }),
      ),
      { maxLength: 20 },
    )
    await fc.assert(
      fc.asyncProperty(steps, fc.integer(), async (all, salt) => {
        await using folder = await temporaryFolder()
        const options: SpoolOptions = { folder: folder.path, maxBytes: 256 * 1024 }
        let spool = await Spool.open(options)
        let stored = 0
        for (const { kind, count } of all) {
          for (let i = 0; i < count && kind === 'append'; i++)
            spool.append((spool.last * 7 + salt) % 3 === 0 ? bin(i) : cue(i))
          await spool.flush()
          if (kind === 'trim') {
            stored = Math.max(stored, Math.min(spool.durable, stored + count))
            await spool.trim(stored)
          }
          if (kind === 'restart') {
            const before = spool.last
            await spool[Symbol.asyncDispose]()
            spool = await Spool.open(options)
            assert.equal(spool.last, before)
          }
          assert.ok(sizeOf(folder.path) <= 256 * 1024)
        }
        const records = await readAll(spool)
        assertContiguous(records)
        const last = records.at(-1)
        if (last !== undefined) assert.equal(lastOf(last), spool.last)
        await spool[Symbol.asyncDispose]()
      }),
      { numRuns: 25 },
    )
  })

  it('is whole after a kill at any moment of a rewrite, a removal or a write', async () => {
    await using folder = await temporaryFolder()
    await using kept = await temporaryFolder()
    const limit = 256 * 1024
    const moments = new Map<string, number>()
    const durable: number[] = []
    {
      await using spool = await Spool.open({ folder: folder.path, maxBytes: limit })
      const keep = (_: unknown, name: string | symbol): void => {
        const seen = (moments.get(String(name)) ?? 0) + 1
        moments.set(String(name), seen)
        if (!Number.isInteger(Math.log2(seen))) return
        // What a killed process leaves: the files as they are.
        const copy = path.join(kept.path, String(durable.length))
        cpSync(folder.path, copy, { recursive: true, filter: (file) => !file.includes('lock') })
        durable.push(spool.durable)
      }
      for (const name of moment) subscribe(name, keep)
      for (let n = 1; n <= 3000; n++) {
        spool.append(n % 3 === 0 ? bin(n) : cue(n))
        if (n % 10 === 0) await spool.flush()
        if (n === 400) await spool.trim(n - 50)
      }
      for (const name of moment) unsubscribe(name, keep)
    }
    for (const name of moment) assert.ok(moments.has(name), `${name} never came`)
    for (const [at, count] of durable.entries()) {
      const copy = path.join(kept.path, String(at))
      await using spool = await Spool.open({ folder: copy, maxBytes: limit })
      assert.equal(spool.isDamaged, false)
      assert.ok(spool.last >= count)
      const records = await readAll(spool)
      assertContiguous(records)
      assert.equal(records.findLast(has('cue'))?.seq, lastCue(spool.last))
      assert.ok(readdirSync(copy).every((file) => !file.endsWith('.new')))
    }
  })

  it('cuts a skip that begins before what the server has', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes: 256 * 1024 })
    for (let n = 1; n <= 400; n++) {
      spool.append(n % 4 === 0 ? cue(n) : bin(n))
      await spool.flush()
    }
    const [skip] = await spool.read(1, 1)
    assert.deepEqual([skip?.seq, skip === undefined ? 0 : lastOf(skip)], [1, 3])
    const [rest] = await spool.read(3, 1)
    assert.deepEqual([rest?.seq, rest === undefined ? 0 : lastOf(rest)], [3, 3])
  })

  it('drops what is older than it may be, and what was left half written', async () => {
    await using folder = await temporaryFolder()
    const options = { folder: folder.path, maxBytes, maxAgeMs: 3_600_000 }
    {
      await using spool = await Spool.open(options)
      spool.append(run)
      spool.append(cue(1))
      spool.append(bin(2))
      await spool.flush()
    }
    const [name = ''] = readdirSync(folder.path).filter((file) => file.endsWith('.seg'))
    const twoHoursAgo = Date.now() / 1000 - 7200
    await utimes(path.join(folder.path, name), twoHoursAgo, twoHoursAgo)
    await using spool = await Spool.open(options)
    assert.equal(spool.append(cue(3)), 4)
    await spool.flush()
    assert.deepEqual(
      (await readAll(spool)).map(({ seq, line }) => [seq, line.slice(9, 13)]),
      [
        [1, 'run"'],
        [2, 'skip'],
        [4, 'cue"'],
      ],
    )
  })
})
