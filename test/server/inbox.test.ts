import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rmdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { InboxTaker } from '../../src/server/core/ingest/inbox-taker.ts'
import { FolderInbox, inboxFileName } from '../../src/server/engines/folder-inbox.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import type { Announcement } from '../../src/server/ports/broker.ts'
import type { LogEntry } from '../../src/server/ports/log.ts'
import { Feeder, cueEvent, runEvent } from '../conformance/events.ts'
import { temporaryFolder } from '../support/processes.ts'

const producer = '0b0e7f6e-7a0c-4a8e-8f6a-0123456789ab'
const name = inboxFileName(producer, 'news')

/** A revision of run-1 with so many cues. */
function revision(cues: number, withEnd = true): string {
  const events: object[] = [
    runEvent(1, { run: 'run-2', of: 'run-1', revision: 2 }),
    ...Array.from({ length: cues }, (_, n) => cueEvent(n + 2, n + 1, n, { run: 'run-2' })),
  ]
  if (withEnd) events.push({ seq: cues + 2, type: 'end', run: 'run-2' })
  return events.map((event) => `${JSON.stringify(event)}\n`).join('')
}

async function setUp(options: { beforeCommit?: () => void } = {}) {
  const folder = await temporaryFolder()
  const inbox = path.join(folder.path, 'inbox')
  await mkdir(inbox)
  const log = new MemoryLog({ now: () => Date.parse('2026-11-10T12:00:00Z'), ...options })
  const broker = new MemoryBroker()
  const told: LogEntry[] = []
  const logged: string[] = []
  const take = (announcement: Announcement): void => {
    if (announcement.type === 'entries') told.push(...announcement.entries)
  }
  broker.listen(take, new AbortController().signal)
  const quiet = (): void => undefined
  const say = (_fields: object, message: string): void => void logged.push(message)
  const taker = new InboxTaker({
    ...{ inbox: new FolderInbox(folder.path), log, broker },
    logger: { debug: quiet, info: quiet, warn: quiet, error: say },
    pause: () => Promise.resolve(),
  })
  return {
    ...{ inbox, log, archive: new MemoryArchive(log), taker, told, logged },
    take: () => taker.take(new AbortController().signal),
    put: (text: string, as = name) => writeFile(path.join(inbox, as), text),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

const texts = async (archive: MemoryArchive): Promise<string[]> =>
  (
    await archive.cues({
      ...{ channel: 'news', from: null, to: null, tracks: null, order: 'oldest' as const },
      ...{ cursor: null, limit: 1000, run: null },
    })
  ).cues.map(({ run, id }) => `${run} ${id}`)

describe('the inbox', () => {
  it('is stored in order, told of, and emptied; a feed that goes on is not fenced', async () => {
    await using at = await setUp()
    const feeder = await Feeder.connect(at.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    await at.put(revision(250))
    await at.take()
    assert.deepEqual(await readdir(at.inbox), [])
    assert.equal(at.told.length, 250)
    assert.ok(at.told.every((entry) => entry.type === 'cue' && entry.late))
    assert.deepEqual(
      at.told.map(({ value }) => value.position.seq),
      Array.from({ length: 250 }, (_, n) => n + 2),
    )
    assert.equal((await texts(at.archive)).length, 250)
    await feeder.store(cueEvent(3, 2, 9))
    assert.deepEqual(at.taker.health().problems, [])
  })

  it('goes on where storage failed, and stores nothing twice', async () => {
    let commits = 0
    await using at = await setUp({
      beforeCommit: () => {
        if (++commits === 2) throw new Error('disk full')
      },
    })
    await at.put(revision(250))
    await at.take()
    assert.match(at.taker.health().problems.join(), /waits: disk full/)
    assert.deepEqual(await texts(at.archive), [], 'half a decode is shown nowhere')
    await at.take()
    assert.deepEqual(at.taker.health().problems, [])
    assert.equal((await texts(at.archive)).length, 250)
    assert.equal(at.told.length, 250)
    await at.put(revision(250))
    await at.take()
    assert.equal(at.told.length, 250, 'the same file again changes nothing')
    assert.ok(!existsSync(path.join(at.inbox, name)))
  })

  it('sets aside what it cannot use, says so, and takes the rest', async () => {
    await using at = await setUp()
    const bad: Record<string, string> = {
      [inboxFileName('1b0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news')]: 'rubbish\n',
      [inboxFileName('2b0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news')]: revision(3, false),
      [inboxFileName('3b0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news')]: revision(3)
        .split('\n')
        .toSpliced(1, 1)
        .join('\n'),
      [inboxFileName('4b0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news')]: 'x'.repeat(1_100_000),
      [inboxFileName('5b0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'UPPER')]: revision(1),
      'letter.ndjson': revision(1),
    }
    for (const [as, text] of Object.entries(bad)) await at.put(text, as)
    await at.put('half', `${name}.1.part`)
    await at.put(revision(2), inboxFileName('fb0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news'))
    await at.take()
    const names = Object.keys(bad)
    const left = [...names.map((as) => `${as}.bad`), `${name}.1.part`]
    assert.deepEqual((await readdir(at.inbox)).sort(), left.sort())
    assert.equal(at.logged.length, names.length)
    assert.equal(at.taker.health().problems.length, names.length)
    assert.equal(at.taker.health().ok, true)
    assert.deepEqual(await texts(at.archive), ['run-2 1', 'run-2 2'])
  })

  it('waits for a file that it cannot read now, says so, and takes the others', async () => {
    await using at = await setUp()
    const other = path.join(at.inbox, inboxFileName('0a0e7f6e-7a0c-4a8e-8f6a-0123456789ab', 'news'))
    await mkdir(other)
    await at.put(revision(2))
    await at.take()
    assert.match(at.taker.health().problems.join(), /waits: EISDIR/)
    assert.deepEqual(await texts(at.archive), ['run-2 1', 'run-2 2'])
    await rmdir(other)
    await at.take()
    assert.deepEqual(at.taker.health().problems, [])
  })
})
