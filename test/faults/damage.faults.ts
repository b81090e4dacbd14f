import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import {
  assertWhole,
  damage,
  findFile,
  hasNoProblem,
  isReady,
  julyMs,
  juneMs,
  list,
  readiness,
  startOn,
  tellsOnce,
  told,
  untilFiled,
  volume,
  wholeDatabase,
} from '../support/broken-storage.ts'
import { Viewer } from '../support/live.ts'
import { run, temporaryFolder, until, type Server } from '../support/processes.ts'

/** Files of a data folder that are damaged, missing or replaced while the server runs. */

const cannotRead = /2026-06\.db cannot be read/
const readsAgain = /2026-06\.db can be read again/
const june = 'from=2026-06-01T00:00:00Z&to=2026-07-01T00:00:00Z'
const july = 'from=2026-07-01T00:00:00Z'

const damages: Readonly<Record<string, (file: string) => void>> = {
  'with flipped bytes': (file) => damage(file, 4096, statSync(file).size - 4096),
  'cut off': (file) => writeFileSync(file, readFileSync(file).subarray(0, 5000)),
  'that is no database': (file) => writeFileSync(file, 'not a database '.repeat(1000)),
  'of no bytes': (file) => writeFileSync(file, ''),
}

describe('a volume', () => {
  for (const [name, spoil] of Object.entries(damages))
    it(`${name}: its month is refused, all else is read, and it may be put back`, async () => {
      await using folder = await temporaryFolder()
      const file = volume(folder.path, '2026-06')
      {
        await using server = await startOn(folder.path)
        const { feeder } = server
        feeder.cuesFrom(juneMs, 300)
        feeder.cuesFrom(julyMs, 300)
        await feeder.allStored()
        await untilFiled(folder.path)
        await assertWhole(server, feeder)
      }
      const good = wholeDatabase(file)
      spoil(file)
      await using server = await startOn(folder.path, {}, 'r2')
      const { feeder } = server
      const spoilt = await list(server, june)
      assert.deepEqual([spoilt.status, spoilt.code], [500, 'storage-damaged'])
      assert.match(spoilt.detail, /archive of 2026-06/)
      assert.equal((await list(server, `${july}&limit=1000`)).ids.length, 300)
      await assertEndsBeforeJune(server)
      await assertDownloads(server)
      await assertSearches(server)
      const { status, problems } = await readiness(server)
      assert.equal(status, 200)
      assert.match(problems.join(), cannotRead)
      await tellsOnce(server, cannotRead)
      using viewer = new Viewer(() => server.url).follow('news')
      await until('the channel is open', () =>
        viewer.events.some(({ type }) => type === 'snapshot'),
      )
      feeder.cuesFrom(julyMs + 1_000_000, 10)
      await feeder.allStored()
      await until('live goes on', () => viewer.cuesOf('news').length >= 10)
      writeFileSync(file, good)
      await until('it is well', () => hasNoProblem(server))
      await tellsOnce(server, readsAgain)
      const all = await list(server, `${june}&limit=1000`)
      assert.equal(all.ids.length, 300)
      await until('searches are whole', async () => (await search(server, june)).complete)
      assert.equal((await search(server, june)).items.length, 5)
    })

  it('taken away: nothing is filed into nothing, and all is there when it is put back', async () => {
    await using folder = await temporaryFolder()
    await using server = await startOn(folder.path)
    const { feeder } = server
    const file = volume(folder.path, '2026-06')
    feeder.cuesFrom(juneMs, 300)
    await feeder.allStored()
    await untilFiled(folder.path)
    await assertWhole(server, feeder)
    wholeDatabase(file)
    renameSync(file, `${file}.away`)
    for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    const missing = await list(server, june)
    assert.deepEqual([missing.status, missing.code], [500, 'storage-damaged'])
    assert.match(missing.detail, /it is missing/)
    feeder.cuesFrom(juneMs + 400_000, 300)
    feeder.cuesFrom(julyMs, 300)
    await feeder.allStored()
    await tellsOnce(server, /Nothing can be filed in .*2026-06\.db: it is gone/)
    assert.equal((await readiness(server)).status, 200)
    renameSync(`${file}.away`, file)
    await untilFiled(folder.path)
    await until('it is well', () => hasNoProblem(server))
    await assertWhole(server, feeder)
  })
})

describe('a file of original bytes', () => {
  it('that is damaged is passed over and told, and nothing else is', async () => {
    await using folder = await temporaryFolder()
    await using server = await startOn(folder.path)
    const { feeder } = server
    feeder.binsFrom(juneMs, 20_001, 150)
    await feeder.allStored()
    const bin = path.join(folder.path, 'bin')
    await until('it is put away', () => {
      try {
        return findFile(bin, '.zst') !== ''
      } catch {
        return false
      }
    })
    const url = `${server.url}/api/v1/channels/news/download?format=bin`
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer())
    assert.equal(whole.length, 11 + 20_001 * 13)
    const file = findFile(bin, '.zst')
    copyFileSync(file, `${file}.good`)
    damage(file, Math.floor(statSync(file).size / 2), 20)
    assert.equal((await (await fetch(url)).arrayBuffer()).byteLength, 11)
    await tellsOnce(server, /original bytes cannot be read, and are passed over/)
    const { status, problems } = await readiness(server)
    assert.equal(status, 200)
    assert.match(problems.join(), /1 files of original bytes/)
    renameSync(`${file}.good`, file)
    assert.deepEqual(Buffer.from(await (await fetch(url)).arrayBuffer()), whole)
  })
})

describe('log.db', () => {
  const advice = /log\.db cannot be relied on: .*restore a backup with ccr restore/

  it('that is no database stops the start, and says what to do', async () => {
    await using folder = await temporaryFolder()
    writeFileSync(path.join(folder.path, 'log.db'), 'not a database '.repeat(1000))
    const args = ['serve', '--data', folder.path, '--port', '0']
    await using server = run(args)
    assert.equal(await server.ended, 1)
    assert.match(server.stderr(), advice)
  })

  for (const [name, spoil] of Object.entries({
    'that is damaged': (file: string) => damage(file, 4096, statSync(file).size - 4096),
    'that was taken away': (file: string) => rmSync(file),
  }))
    it(`${name} while it is used stops the server, and says what to do`, async () => {
      await using folder = await temporaryFolder()
      await using server = await startOn(folder.path)
      const { feeder } = server
      feeder.cuesFrom(juneMs, 300)
      await feeder.allStored()
      await untilFiled(folder.path)
      const file = path.join(folder.path, 'log.db')
      wholeDatabase(file)
      spoil(file)
      const before = feeder.acked
      feeder.cuesFrom(julyMs, 300)
      await feeder.attempt(3000)
      assert.equal(feeder.acked, before)
      assert.equal(await server.ended, 1)
      assert.match(server.stderr(), advice)
    })
})

describe('a thread of the storage that ends', () => {
  for (const [name, isDown] of [
    ['log-writer', true],
    ['filer', false],
    ['archive-reader', false],
  ] as const)
    it(`the ${name} is told, started again, and nothing is lost`, async () => {
      await using folder = await temporaryFolder()
      await using switches = await temporaryFolder()
      const preload = new URL('../support/break-threads.ts', import.meta.url).href
      await using server = await startOn(folder.path, {
        NODE_OPTIONS: `--import ${preload}`,
        TEST_BREAK_THREADS: switches.path,
      })
      const { feeder } = server
      for (let round = 1; round <= 3; round++) {
        feeder.cuesFrom(juneMs + round * 400_000, 300)
        const stored = feeder.allStored()
        writeFileSync(path.join(switches.path, name), '')
        const title = name.replace('-', ' ')
        await until('it has ended', () => told(server, RegExp(`the ${title} has ended`)) === round)
        if (isDown) assert.equal((await readiness(server)).status, 503)
        else assert.equal((await readiness(server)).status, 200)
        await stored
        await until('it runs', () => told(server, RegExp(`the ${title} runs again`)) === round)
      }
      await untilFiled(folder.path)
      await until('it is well', () => isReady(server))
      await until('nothing is told', () => hasNoProblem(server))
      await assertWhole(server, feeder)
    })
})

/** Pages lead to the damaged month, and the last one says why it ends there. */
async function assertEndsBeforeJune(server: Server): Promise<void> {
  const page = await list(server, 'order=newest&limit=1000')
  assert.equal(page.status, 200)
  assert.equal(page.ids.length, 300)
  assert.ok(page.next !== null)
  const after = await list(server, page.next.split('?')[1] ?? '')
  assert.equal(after.code, 'storage-damaged')
}

/** A file is whole or it is cut off; it never looks whole without a month. */
async function assertDownloads(server: Server): Promise<void> {
  const url = `${server.url}/api/v1/channels/news/download?format=txt`
  const whole = await (await fetch(`${url}&${july}`)).text()
  assert.equal(whole.match(/CUE \d+/g)?.length, 300)
  const refused = await fetch(`${url}&${june}`)
  assert.equal(refused.status, 500)
  assert.match(await refused.text(), /storage-damaged/)
}

/** What can be read is found, and what cannot is told. */
async function assertSearches(server: Server): Promise<void> {
  // Five minutes of it, all found; what was said before the first may lie in the other month.
  assert.equal((await search(server, july)).items.length, 5)
  for (const range of [june, 'order=oldest']) {
    const spoilt = await search(server, range)
    assert.equal(spoilt.complete, false)
    assert.match(spoilt.problems.join(), /archive of 2026-06 cannot be read/)
  }
  const chart = await fetch(`${server.url}/api/v1/search/timeline?q=cue&by=airing`)
  assert.equal(chart.status, 200)
}

async function search(
  server: Server,
  query: string,
): Promise<{ items: unknown[]; complete: boolean; problems: string[] }> {
  const answer = await fetch(`${server.url}/api/v1/search?q=cue&limit=20&${query}`)
  assert.equal(answer.status, 200)
  return (await answer.json()) as Awaited<ReturnType<typeof search>>
}
