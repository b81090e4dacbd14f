import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { sweepObjects } from '../../../src/server/engines/postgres/archive/loose-objects.ts'
import { tidyArchive } from '../../../src/server/engines/postgres/archive/tidy.ts'
import { S3Objects } from '../../../src/server/engines/s3-objects.ts'
import type { BinLoss } from '../../../src/server/ports/archive.ts'
import type { Objects } from '../../../src/server/ports/objects.ts'
import { Feeder, at, binEvent, cueEvent, runEvent } from '../../conformance/events.ts'
import type { TestS3 } from '../../support/s3.ts'
import { openArchive, type ArchiveRig } from './archive-rig.ts'

const always = { from: null, to: null }

/** Original bytes in S3, beside the archive in PostgreSQL. */
export function binRules(newDatabase: () => Promise<string>, store: () => TestS3): void {
  const open = async (url: string, wrap = (objects: Objects) => objects): Promise<ArchiveRig> => {
    const { url: address, bucket, accessKey, secretKey } = store()
    const options = { url: address, bucket, accessKey, secretKey, region: 'us-east-1' }
    return await openArchive(url, { objects: wrap(new S3Objects({ ...options, pausesMs: [] })) })
  }

  it('are put away once, though two nodes do so at once, and swept after a crash', async () => {
    const url = await newDatabase()
    await using one = await open(url)
    await using two = await open(url)
    const stored = await feed(one, 60)
    await Promise.all([one.filer.pass(Date.now(), true), two.filer.pass(Date.now(), true)])
    assert.deepEqual(await bytesOf(two), stored)
    // One that dies once an object is put, before it has a name.
    await using dying = await open(url, (objects) => ({
      ...forward(objects),
      put: async (name, bytes) => {
        await objects.put(name, bytes)
        throw new Error('dies')
      },
    }))
    const more = await feed(one, 20, 100)
    await assert.rejects(dying.filer.pass(Date.now(), true), /dies/)
    assert.deepEqual(await bytesOf(two), [...stored, ...more])
    await one.filer.pass(Date.now(), true)
    assert.deepEqual(await bytesOf(two), [...stored, ...more])

    const before = await namesOf(one.objects)
    const named = await namedOf(one)
    assert.ok(before.length > named.length, 'what the dead one has put is there, without a name')
    await sweepObjects(one.database, one.objects)
    assert.deepEqual(await namesOf(one.objects), before, 'it may be about to be named')
    await one.database.query("UPDATE loose_object SET since = since - interval '61 minutes'")
    await Promise.all([one, two].map((rig) => sweepObjects(rig.database, rig.objects)))
    assert.deepEqual(await namesOf(one.objects), named)
    assert.deepEqual(await bytesOf(two), [...stored, ...more])
  })

  it('are passed over and told where their object is gone or damaged', async () => {
    await using rig = await open(await newDatabase())
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(
      runEvent(1),
      binEvent(2, 0),
      binEvent(3, 60),
      binEvent(4, 3600),
      binEvent(5, 7200),
    )
    await rig.filer.pass(Date.now(), true)
    const [first = '', second = ''] = await namedOf(rig)
    await rig.objects.remove(first)
    await rig.objects.put(second, Buffer.from('no zstd'))
    const losses: BinLoss[] = []
    assert.deepEqual(await bytesOf(rig, (loss) => losses.push(loss)), ['bytes of 5 at 7200'])
    assert.deepEqual(
      losses.map(({ run, from, to }) => [run, from, to]),
      [
        ['run-1', at(0), at(60)],
        ['run-1', at(3600), at(3600)],
      ],
    )
    assert.match(
      losses[0]?.reason ?? '',
      /^bin\/news\/2026-11-10\/12-run-1\..* cannot be read: it is gone$/,
    )
    assert.match(rig.archive.health().problems[0] ?? '', /^2 files of original bytes/)
  })

  it('wait in PostgreSQL while the store is away, and text does not mind', async () => {
    let isAway = true
    await using rig = await open(await newDatabase(), (objects) => ({
      ...forward(objects),
      put: (name, bytes) => (isAway ? unreachable.put(name, bytes) : objects.put(name, bytes)),
    }))
    const stored = await feed(rig, 5)
    await assert.rejects(rig.filer.pass(Date.now(), true), isStorageDown)
    assert.deepEqual(await bytesOf(rig), stored)
    const feeder = await Feeder.connect(rig.log, 'news', 'producer-b')
    assert.equal((await feeder.store(cueEvent(1, 1, 0))).length, 1)
    isAway = false
    assert.equal(await rig.filer.pass(Date.now(), true), 1)
    assert.deepEqual(await bytesOf(rig), stored)
  })

  it('are put away when their hour is over and quiet, or full', async () => {
    await using rig = await open(await newDatabase())
    await feed(rig, 3)
    const [, noon] = [at(-3600), Date.parse(at(0))]
    await rig.database.query('UPDATE bin_chunk SET stored_ms = $1', [noon + 3_590_000])
    assert.equal(await rig.filer.pass(noon + 3_600_000), 0, 'the hour has only just ended')
    assert.equal(await rig.filer.pass(noon + 3_660_000), 1)
    assert.equal((await namedOf(rig)).length, 1)
  })

  it('are gone from the store once they are forgotten, or when it is back', async () => {
    let isAway = false
    await using rig = await open(await newDatabase(), (objects) => ({
      ...forward(objects),
      remove: (name) => (isAway ? unreachable.remove(name) : objects.remove(name)),
    }))
    const feeder = await Feeder.connect(rig.log)
    await feeder.store(runEvent(1), binEvent(2, -7200), binEvent(3, -3600), binEvent(4, 0))
    await rig.filer.pass(Date.now(), true)
    const [first = '', second = '', kept = ''] = await namedOf(rig)
    const forget = (seconds: number): Promise<string> =>
      rig.archive.forget('news', at(seconds), () => Promise.resolve())
    assert.equal(await forget(-3600), 'forgotten')
    assert.equal(await rig.objects.get(first), undefined)
    isAway = true
    assert.equal(await forget(0), 'forgotten')
    assert.ok((await rig.objects.get(second)) !== undefined)
    assert.deepEqual(await bytesOf(rig), ['bytes of 4 at 0'])
    isAway = false
    await tidyArchive(rig.database, rig.objects, Date.now())
    assert.equal(await rig.objects.get(second), undefined)
    assert.ok((await rig.objects.get(kept)) !== undefined)
  })
}

/** Where nobody listens. */
const unreachable = new S3Objects({
  ...{ url: 'http://127.0.0.1:9', bucket: 'none', region: 'none' },
  ...{ accessKey: 'none', secretKey: 'none', pausesMs: [] },
})

function forward(objects: Objects): Objects {
  return {
    put: (name, bytes) => objects.put(name, bytes),
    get: (name) => objects.get(name),
    remove: (name) => objects.remove(name),
    list: (prefix) => objects.list(prefix),
    [Symbol.asyncDispose]: () => objects[Symbol.asyncDispose](),
  }
}

/** Original bytes of seconds after noon, by a producer of its own; answers them in order. */
async function feed(rig: ArchiveRig, count: number, from = 0): Promise<string[]> {
  const feeder = await Feeder.connect(rig.log, 'news', `producer-${from}`)
  const events = Array.from({ length: count }, (_, n) => binEvent(n + 1, from + n))
  await feeder.store(...events)
  return events.map(({ data }) => Buffer.from(data, 'base64').toString())
}

async function bytesOf(rig: ArchiveRig, onLoss?: (loss: BinLoss) => void): Promise<string[]> {
  const found: string[] = []
  const { signal } = new AbortController()
  for await (const { data } of rig.archive.bin('news', always, signal, { onLoss }))
    found.push(Buffer.from(data).toString())
  return found
}

async function namesOf(objects: Objects): Promise<string[]> {
  const names: string[] = []
  for await (const name of objects.list('')) names.push(name)
  return names.sort()
}

/** Objects that hold something, in order. */
async function namedOf({ database }: ArchiveRig): Promise<string[]> {
  const { rows } = await database.query('SELECT object FROM bin_file ORDER BY object')
  return (rows as { readonly object: string }[]).map(({ object }) => object)
}
