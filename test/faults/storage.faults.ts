import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { exhaust, KeptConnection, nextDescriptor } from '../support/descriptors.ts'
import {
  assertWhole,
  hasNoProblem,
  isReady,
  isRoot,
  juneMs,
  limit,
  list,
  readiness,
  startOn,
  tellsOnce,
  told,
  untilFiled,
} from '../support/broken-storage.ts'
import { Viewer } from '../support/live.ts'
import { addChannel, temporaryFolder, until } from '../support/processes.ts'

/** What a disk does to a running server, and what the server says and does about it. */

const cannotStore = /Nothing can be stored in .*log\.db/
const storesAgain = /the log writer works again/

describe('a disk that takes nothing more', () => {
  it('in a fresh folder: nothing is acknowledged, lists answer, and all is stored later', async () => {
    await using folder = await temporaryFolder()
    const admin = await addChannel(folder.path, 'other', 'admin')
    const headers = { authorization: `Bearer ${admin}` }
    await using server = await startOn(folder.path)
    const { feeder } = server
    limit(server, 'fsize', 0)
    feeder.cuesFrom(juneMs, 5)
    await feeder.attempt(1500)
    assert.equal(feeder.acked, 0)
    assert.equal((await list(server, '')).status, 200)
    const { status, problems } = await readiness(server)
    assert.equal(status, 503)
    assert.match(problems.join(), cannotStore)
    for (let n = 0; n < 5; n++) await feeder.attempt(200)
    const created = await fetch(`${server.url}/api/v1/tokens`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ scope: 'read', note: 'full' }),
    })
    assert.equal(created.status, 503)
    assert.match(await created.text(), /Nothing can be changed in ccr\.db/)
    await tellsOnce(server, cannotStore)
    limit(server, 'fsize', 'unlimited')
    await feeder.allStored()
    await until('it is ready', () => isReady(server))
    await tellsOnce(server, storesAgain)
    await assertWhole(server, feeder)
  })

  it('in the middle: readers read, live readers stay, and what was refused comes once', async () => {
    await using folder = await temporaryFolder()
    await using server = await startOn(folder.path)
    const { feeder } = server
    using viewer = new Viewer(() => server.url).follow('news')
    feeder.cuesFrom(juneMs, 300)
    await feeder.allStored()
    await untilFiled(folder.path)
    for (let round = 0; round < 3; round++) {
      limit(server, 'fsize', 16_384)
      const before = feeder.acked
      feeder.cuesFrom(juneMs + (1 + round) * 400_000, 20, 'x'.repeat(1000))
      await feeder.attempt(1000)
      assert.equal(feeder.acked, before)
      assert.equal((await list(server, 'order=oldest&limit=300')).ids.length, 300)
      assert.equal((await readiness(server)).status, 503)
      limit(server, 'fsize', 'unlimited')
      await feeder.allStored()
      await until('it is ready', () => isReady(server))
      assert.equal(told(server, cannotStore), round + 1)
      assert.equal(told(server, storesAgain), round + 1)
    }
    await assertWhole(server, feeder)
    await until('the reader has all', () => viewer.cuesOf('news').length >= 60)
  })

  const noMount = isRoot ? false : 'only root can mount a small disk'
  it('because it is full: the feed waits, and nothing is lost', { skip: noMount }, async () => {
    await using folder = await temporaryFolder()
    const disk = path.join(folder.path, 'disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
    await using ended = new AsyncDisposableStack()
    ended.defer(() => void execFileSync('umount', ['-l', disk]))
    const data = path.join(disk, 'data')
    const server = ended.use(await startOn(data))
    const { feeder } = server
    feeder.cuesFrom(juneMs, 10)
    await feeder.allStored()
    writeFileSync(path.join(disk, 'others'), Buffer.alloc(2_500_000))
    feeder.cuesFrom(juneMs + 3_600_000, 2000, 'x'.repeat(900))
    await feeder.attempt(4000)
    assert.ok(feeder.acked < feeder.sent)
    await until('it says so', async () => (await readiness(server)).status === 503)
    assert.match((await readiness(server)).problems.join(), /log\.db: the disk is full/)
    assert.equal((await list(server, 'order=oldest&limit=10')).ids.length, 10)
    execFileSync('mount', ['-o', 'remount,size=64m', disk])
    await feeder.allStored()
    await until('it is well', () => hasNoProblem(server))
    await assertWhole(server, feeder)
    await untilFiled(data)
    assert.equal(told(server, /could not be stored|could not be opened/), 0)
  })
})

describe('a folder that may not be written to', () => {
  it('for the archive: the feed goes on in the log, which says what waits', async () => {
    await using folder = await temporaryFolder()
    const archive = path.join(folder.path, 'archive')
    mkdirSync(archive)
    await using server = await startOn(folder.path)
    const { feeder } = server
    // Root may write to any folder, but not to one that is mounted read-only.
    if (isRoot) {
      execFileSync('mount', ['--bind', archive, archive])
      execFileSync('mount', ['-o', 'remount,bind,ro', archive])
    } else chmodSync(archive, 0o500)
    await using ended = new AsyncDisposableStack()
    let isWritable = false
    const mend = (): void => {
      if (isWritable) return
      isWritable = true
      if (isRoot) execFileSync('umount', ['-l', archive])
      else chmodSync(archive, 0o700)
    }
    ended.defer(mend)
    feeder.cuesFrom(juneMs, 300)
    await feeder.allStored()
    await tellsOnce(server, /Nothing can be filed in .*2026-06\.db: (EROFS|EACCES)/)
    const { status, problems } = await readiness(server)
    assert.equal(status, 200)
    assert.match(problems.join(), /Nothing can be filed/)
    await assertWhole(server, feeder)
    mend()
    await untilFiled(folder.path)
    await tellsOnce(server, /everything can be filed again/)
    await assertWhole(server, feeder)
  })
})

describe('no more file descriptors', () => {
  it('connections are turned away, what cannot be opened is told, and nothing is lost', async () => {
    await using folder = await temporaryFolder()
    await using server = await startOn(folder.path)
    const { feeder } = server
    feeder.cuesFrom(juneMs, 300)
    await feeder.allStored()
    await untilFiled(folder.path)
    using kept = new KeptConnection(server.url)
    assert.equal((await kept.get('/readyz')).status, 200)
    limit(server, 'nofile', nextDescriptor(server) + 3)
    using held = await exhaust(server.url)
    assert.ok(held.refusal !== undefined, 'the fault has fired')
    const refused = await kept.get('/api/v1/channels/news/cues')
    assert.equal(refused.status, 503)
    assert.match(refused.text, /storage-unavailable.*2026-06 cannot be read at present/)
    feeder.cuesFrom(juneMs + 400_000, 300)
    const before = feeder.acked
    await feeder.attempt(1500)
    assert.equal(feeder.acked, before)
    assert.equal((await kept.get('/readyz')).status, 200)
    limit(server, 'nofile', 1000)
    await feeder.allStored()
    await untilFiled(folder.path)
    await until('it is well', () => hasNoProblem(server))
    await assertWhole(server, feeder)
    assert.equal(server.child.exitCode, null)
  })
})
