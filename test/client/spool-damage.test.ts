import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { Spool } from '../../src/client/spool/spool.ts'
import { temporaryFolder, until } from '../support/processes.ts'

const event = (text: string): string => JSON.stringify({ type: 'cue', text })
const maxBytes = 1024 ** 3
const run = { fingerprint: 'f', run: 'r1', anchorMs: 0, firstSeq: 1, endSeq: null }

/** Nine events in a spool that was closed. */
async function fill(folder: string): Promise<string> {
  await using spool = await Spool.open({ folder, maxBytes })
  for (let i = 1; i <= 9; i++) spool.append(event(`${i}`))
  await spool.flush()
  return spool.producer
}

async function segments(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.seg'))
}

/** The fourth line loses a bit. */
async function damage(folder: string): Promise<void> {
  const [name] = await segments(folder)
  const file = path.join(folder, name ?? '')
  const lines = (await readFile(file, 'utf8')).split('\n')
  lines[3] = lines[3]?.replace('"4"', '"5"') ?? ''
  await writeFile(file, lines.join('\n'))
}

async function numbers(spool: Spool): Promise<number[]> {
  const found: number[] = []
  for (let at = spool.first; at <= spool.last;) {
    const records = await spool.read(at, 1)
    for (const { seq } of records) found.push(seq)
    at = (found.at(-1) ?? spool.last) + 1
  }
  return found
}

describe('a damaged spool', () => {
  it('of a live input keeps what can be read, with a hole, and says so', async () => {
    await using folder = await temporaryFolder()
    await fill(folder.path)
    await damage(folder.path)
    for (const isDamaged of [true, false]) {
      await using spool = await Spool.open({ folder: folder.path, maxBytes })
      assert.equal(spool.isDamaged, isDamaged, 'mended once')
      assert.deepEqual(await numbers(spool), [1, 2, 3, 5, 6, 7, 8, 9])
    }
    await using spool = await Spool.open({ folder: folder.path, maxBytes })
    assert.equal(spool.append(event('10')), 10)
  })

  it('of a recording is cut where it is damaged: the rest is decoded again', async () => {
    await using folder = await temporaryFolder()
    await fill(folder.path)
    {
      await using spool = await Spool.open({ folder: folder.path, maxBytes })
      await spool.saveRun(run)
    }
    await damage(folder.path)
    await using spool = await Spool.open({ folder: folder.path, maxBytes })
    assert.equal(spool.isDamaged, true)
    assert.deepEqual(await numbers(spool), [1, 2, 3])
  })

  it('without its note goes on as another producer that has sent nothing yet', async () => {
    for (const content of ['', '{"version":7}', '\0\0\0\0']) {
      await using folder = await temporaryFolder()
      const producer = await fill(folder.path)
      await writeFile(path.join(folder.path, 'note.json'), content)
      await using spool = await Spool.open({ folder: folder.path, maxBytes })
      assert.equal(spool.isDamaged, true)
      assert.notEqual(spool.producer, producer)
      assert.deepEqual([spool.first, spool.last, spool.offset], [1, 9, 0])
    }
  })

  it('opens with an empty segment and with rubbish for a lock', async () => {
    await using folder = await temporaryFolder()
    await fill(folder.path)
    await writeFile(path.join(folder.path, '0000000000000010.seg'), '')
    await writeFile(path.join(folder.path, 'lock.db'), 'rubbish '.repeat(200))
    await using spool = await Spool.open({ folder: folder.path, maxBytes })
    assert.equal(spool.isDamaged, false)
    assert.deepEqual([spool.first, spool.last], [1, 9])
    await assert.rejects(Spool.open({ folder: folder.path, maxBytes }), /in use/)
  })
})

describe('a spool whose disk is full', () => {
  it('keeps what comes, and writes it when there is room', async () => {
    await using folder = await temporaryFolder()
    let isFull = true
    const beforeWrite = (): void => {
      if (isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    {
      await using spool = await Spool.open({ folder: folder.path, maxBytes, beforeWrite })
      spool.append(event('1'))
      await spool.flush()
      assert.deepEqual([spool.isFull, spool.durable, spool.failure], [true, 0, undefined])
      spool.append(event('2'), true)
      isFull = false
      await until('the second try', () => spool.durable === 2)
      assert.equal(spool.isFull, false)
    }
    await using spool = await Spool.open({ folder: folder.path, maxBytes })
    assert.deepEqual(
      (await spool.read(1, 1000)).map(({ line }) => line),
      [event('1'), event('2')],
    )
  })
})
