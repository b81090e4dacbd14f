import assert from 'node:assert/strict'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Spool } from '../../src/client/spool/spool.ts'
import { temporaryFolder } from '../support/processes.ts'

const event = (text: string): string => JSON.stringify({ type: 'cue', text })
const roomy = 1024 ** 3

describe('the spool', () => {
  it('calls its first event the first, also while that is on its way to the disk', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes: roomy })
    spool.append(event('one'))
    const flushed = spool.flush()
    for (let i = 0; i < 20; i++) {
      assert.equal(spool.first, 1)
      await Promise.resolve()
    }
    await flushed
    assert.equal(spool.first, 1)
  })

  it('keeps what was appended while what came before it is removed', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes: roomy })
    for (let i = 0; i < 700; i++) spool.append(event('x'.repeat(100)))
    await spool.flush()
    const trimmed = spool.trim(700)
    spool.append(event('late'), true)
    await Promise.all([trimmed, spool.flush()])
    assert.deepEqual(await spool.read(701, 1000), [{ seq: 701, line: event('late') }])
  })

  // A reader that turned to a segment's file while a group was being written kept it without that group, and
  // took what was missing for lost.
  it('gives a reader everything, also in the moment of a write', async () => {
    for (let round = 0; round < 60; round++) {
      await using folder = await temporaryFolder()
      await using spool = await Spool.open({ folder: folder.path, maxBytes: roomy })
      // Large, so that reading it takes longer than writing what follows.
      for (let i = 0; i < 90; i++) spool.append(event('x'.repeat(10_000)))
      await spool.flush()
      const reading = spool.read(1, 1)
      if (round % 2 === 1) await new Promise((resolve) => setImmediate(resolve))
      for (let group = 0; group < 3; group++) {
        spool.append(event('y'))
        await spool.flush()
      }
      await reading
      const seqs = (await spool.read(85, 1e6)).map(({ seq }) => seq)
      assert.deepEqual(seqs, [85, 86, 87, 88, 89, 90, 91, 92, 93])
    }
  })

  it('goes on numbering after a restart, whatever was stored', async () => {
    await using folder = await temporaryFolder()
    const options = { folder: folder.path, maxBytes: roomy }
    let producer
    {
      await using spool = await Spool.open(options)
      producer = spool.producer
      spool.append(event('one'))
      spool.append(event('two'))
      await spool.flush()
      await spool.trim(2)
    }
    await using spool = await Spool.open(options)
    assert.equal(spool.producer, producer)
    assert.equal(spool.append(event('three')), 3)
    await spool.flush()
    assert.deepEqual(await spool.read(1, 1000), [{ seq: 3, line: event('three') }])
  })

  it('cuts a torn end and takes its numbers again', async () => {
    await using folder = await temporaryFolder()
    const options = { folder: folder.path, maxBytes: roomy }
    {
      await using spool = await Spool.open(options)
      spool.append(event('one'))
      spool.append(event('two'))
      await spool.flush()
    }
    const [name] = (await readdir(folder.path)).filter((file) => file.endsWith('.seg'))
    assert.ok(name !== undefined)
    const file = path.join(folder.path, name)
    const bytes = await readFile(file)
    await writeFile(file, bytes.subarray(0, bytes.length - 4))
    await appendFile(file, 'rubbish\nmore')
    await using spool = await Spool.open(options)
    assert.equal(spool.last, 1)
    assert.deepEqual(await spool.read(1, 1000), [{ seq: 1, line: event('one') }])
  })

  it('drops the oldest for want of room, and says so', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes: 2 * 1024 * 1024 })
    for (let i = 0; i < 40; i++) {
      spool.append(event('x'.repeat(100_000)))
      await spool.flush()
    }
    assert.ok(spool.hasDropped)
    assert.ok(spool.first > 1)
    assert.equal((await spool.read(spool.first, 1)).at(0)?.seq, spool.first)
    assert.equal(spool.last, 40)
  })

  it('is locked while it is open', async () => {
    await using folder = await temporaryFolder()
    await using spool = await Spool.open({ folder: folder.path, maxBytes: roomy })
    assert.equal(spool.last, 0)
    await assert.rejects(Spool.open({ folder: folder.path, maxBytes: roomy }), /spool/)
  })

  it('renewed, numbers for its new producer begin after what it knew when it was opened', async () => {
    await using folder = await temporaryFolder()
    const options = { folder: folder.path, maxBytes: roomy }
    {
      await using old = await Spool.open(options)
      old.append(event('old'))
    }
    await using spool = await Spool.open(options)
    const { producer } = spool
    spool.append(event('new'))
    await spool.renew()
    assert.notEqual(spool.producer, producer)
    assert.equal(spool.offset, 1)
    await spool.flush()
    assert.deepEqual(await spool.read(2, 1000), [{ seq: 2, line: event('new') }])
  })

  it('holds in any order of appending, storing and restarting what was not stored', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('flush' as const) }),
      fc.record({
        kind: fc.constant('trim' as const),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ kind: fc.constant('restart' as const) }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using folder = await temporaryFolder()
        const options = { folder: folder.path, maxBytes: roomy }
        let spool = await Spool.open(options)
        const working: Promise<unknown>[] = []
        let stored = 0
        let last = 0
        for (const { kind, ...rest } of steps) {
          if (kind === 'append')
            for (let i = 0; i < ('count' in rest ? rest.count : 0); i++) {
              last++
              // A segment is full after a few of these.
              assert.equal(
                spool.append(event(`${last} ${'x'.repeat(60_000)}`), last % 2 === 0),
                last,
              )
            }
          // Not awaited: a reader, an upload and a timer do not wait for each other either.
          else if (kind === 'flush') working.push(spool.flush())
          else if (kind === 'trim') {
            const share = 'share' in rest ? rest.share : 0
            stored = Math.max(stored, Math.floor(spool.durable * share))
            working.push(spool.trim(stored))
          } else {
            await Promise.all(working.splice(0))
            await spool[Symbol.asyncDispose]()
            spool = await Spool.open(options)
          }
        }
        await Promise.all(working)
        await spool.flush()
        const kept: number[] = []
        for (let at = spool.first; at <= last;) {
          const records = await spool.read(at, 100_000)
          assert.ok(records.length > 0, `nothing at ${at}`)
          for (const { seq, line } of records) {
            assert.ok(line.includes(`"${seq} x`))
            kept.push(seq)
          }
          at = (kept.at(-1) ?? last) + 1
        }
        assert.ok(spool.first <= stored + 1)
        assert.deepEqual(
          kept.filter((seq) => seq > stored),
          Array.from({ length: last - stored }, (_, i) => stored + 1 + i),
        )
        await spool[Symbol.asyncDispose]()
      }),
      { numRuns: 40 },
    )
  })
})
