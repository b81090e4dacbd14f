import assert from 'node:assert/strict'
import path from 'node:path'
import { rm } from 'node:fs/promises'
import { describe, it } from 'node:test'
import type { Cue } from '../../src/protocol/api.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { english, line21, service, spanish } from '../captions/support/two-ways.ts'
import { eventsOf, eventsOfGroups, feedEvents, withFaults } from '../support/old-decoder.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../support/processes.ts'
import {
  assertRight,
  events,
  faultyArchive,
  inboxOf,
  redecode,
  type Ended,
} from '../support/redecoding.ts'
import { fetchCues } from '../support/recording.ts'

function linesOf({ stdout }: Ended): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

type Said = Pick<Cue, 'track' | 'start' | 'end' | 'text' | 'mode' | 'language' | 'airing'>

function said(cues: readonly Cue[]): Said[] {
  return cues.map(({ track, start, end, text, mode, language, airing }) => ({
    ...{ track, start, end, text, mode, language, airing },
  }))
}

const counts = (line: Record<string, unknown> | undefined): unknown => line?.['counts']

describe('ccr redecode', () => {
  it('finds that nothing differs in what was just decoded, and stores nothing', async () => {
    for (const sample of ['harbour-news.ts', 'river-sport.bin']) {
      await using data = await temporaryFolder()
      const token = await addChannel(data.path, 'news')
      {
        await using server = await startServer(data.path)
        await feedEvents(server.url, token, eventsOf(sample))
        const before = await fetchCues(server.url, 'news')
        const { code, stdout } = await redecode(data.path, [])
        assert.equal(code, 0)
        assert.match(stdout, /nothing differs in 1 runs, \d+ cues; nothing was stored/)
        assert.deepEqual(await fetchCues(server.url, 'news'), before)
        server.child.kill('SIGTERM')
        await server.ended
      }
      const { stdout } = await redecode(data.path, ['--json'])
      assert.equal(linesOf({ code: 0, stdout, stderr: '' }).at(-1)?.['stored'], 0)
    }
  })

  it('shows what an old decoder got wrong, stores it, and pages and files show it; once', async () => {
    await using data = await temporaryFolder()
    const token = await addChannel(data.path, 'news')
    await using server = await startServer(data.path)
    await feedEvents(server.url, token, events)
    const right = said(await fetchCues(server.url, 'news'))
    await using other = await temporaryFolder()
    const otherToken = await addChannel(other.path, 'news')
    await using faulty = await startServer(other.path)
    await feedEvents(faulty.url, otherToken, withFaults(events))
    const old = await fetchCues(faulty.url, 'news')

    const dry = await redecode(other.path, ['--dry-run', '--json'])
    const expected = { same: right.length - 3, changed: 1, moved: 1, added: 1, missing: 1 }
    const lines = linesOf(dry)
    assert.deepEqual(counts(lines.at(-1)), expected)
    const marked = lines.map((line) => String(line['marked'])).join('\n')
    assert.match(marked, /\[-WRNOG\.-\] \{\+NEWS\.\+\}/)
    assert.match(marked, /^\[-NEVER SAID AT ALL-\]$/m)
    assert.match(marked, /\(start \+400 ms, end \+0 ms\)/)
    assert.deepEqual(await fetchCues(faulty.url, 'news'), old, '--dry-run stores nothing')

    await using watch = run(['watch', '--server', faulty.url, '--channel', 'news', '--json'])
    await until('watch follows', () => watch.stdout().includes('"snapshot"'))
    const done = await redecode(other.path, [])
    assert.equal(done.code, 0, done.stderr)
    assert.match(done.stdout, /changed: .*\[-WRNOG\.-\]/)
    const made = await fetchCues(faulty.url, 'news')
    assert.deepEqual(said(made), right)
    assert.ok(made.every((cue) => cue.of === 'run-1' && cue.revision === 2))

    // Live readers are told of every position, and can tell that nothing of it was said just now.
    await until('watch has all', () => watch.stdout().trimEnd().endsWith('}'))
    await until('all were told', () => liveCues(watch.stdout()).length === made.length)
    const told = liveCues(watch.stdout())
    const first = told[0]?.position.seq ?? 0
    assert.deepEqual(
      told.map(({ position }) => position.seq),
      told.map((_, n) => first + n),
    )
    assert.ok(told.every(({ late, of }) => late === true && of === 'run-1'))

    const api = `${faulty.url}/api/v1/channels/news`
    const asked = await fetch(`${api}/cues?order=oldest&limit=1000&run=run-1`)
    assert.deepEqual(((await asked.json()) as { items: Cue[] }).items, old)
    const file = await (await fetch(`${api}/download?format=txt`)).text()
    assert.ok(!file.includes('WRNOG') && !file.includes('NEVER SAID'))

    // Who comes now is shown the new text.
    await using late = run(['watch', '--server', faulty.url, '--channel', 'news', '--json'])
    await until('watch follows', () => late.stdout().includes('"snapshot"'))
    const snapshot = JSON.parse(late.stdout().split('\n')[0] ?? '') as { cues: Cue[] }
    assert.equal(snapshot.cues.length, 5)
    assert.ok(snapshot.cues.every(({ revision }) => revision === 2))

    const again = await redecode(other.path, [])
    assert.match(again.stdout, /nothing differs in 1 runs/)
    assert.deepEqual(await fetchCues(faulty.url, 'news'), made)
    const forced = await redecode(other.path, ['--force', '--run', made[0]?.run ?? ''])
    assert.equal(forced.code, 0)
    const third = await fetchCues(faulty.url, 'news')
    assert.deepEqual(said(third), right)
    assert.ok(third.every((cue) => cue.of === 'run-1' && cue.revision === 3))
  })

  it('works on a folder that no server runs on', async () => {
    await using data = await temporaryFolder()
    await faultyArchive(data.path)
    const { code, stdout } = await redecode(data.path, [])
    assert.equal(code, 0)
    assert.match(stdout, /stored: 1 runs/)
    await assertRight(data.path)
  })

  it('finds services of CEA-708 that an older decoder did not know, and none that says the same', async () => {
    await using data = await temporaryFolder()
    const token = await addChannel(data.path, 'news')
    await using server = await startServer(data.path)
    const groups = [...line21(english), ...service(1, english), ...service(2, spanish)]
    groups.sort((a, b) => a.fts - b.fts)
    await feedEvents(server.url, token, eventsOfGroups(groups, { tracks: ['CC1'] }))
    const before = await fetchCues(server.url, 'news')
    assert.deepEqual([...new Set(before.map(({ track }) => track))], ['CC1'])
    const { code, stdout, stderr } = await redecode(data.path, [])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /added: .*Buenas noches y bienvenidos\./)
    const after = await fetchCues(server.url, 'news')
    const found = after.filter(({ track }) => track === 'S2')
    assert.deepEqual(
      found.map(({ text }) => text),
      spanish,
    )
    assert.deepEqual([...new Set(after.map(({ track }) => track))].sort(), ['CC1', 'S2'])
    assert.match((await redecode(data.path, [])).stdout, /nothing differs in 1 runs/)
    const named = await redecode(data.path, ['--tracks', 'CC1,S1,S2', '--dry-run', '--json'])
    assert.deepEqual(linesOf(named).at(-1)?.['counts'], {
      ...{ same: english.length + spanish.length, changed: 0, moved: 0, missing: 0 },
      added: english.length,
    })
  })

  it('leaves a file that is still taken when it is told to stop waiting', async () => {
    await using data = await temporaryFolder()
    await faultyArchive(data.path)
    await using server = await startServer(data.path)
    server.child.kill('SIGSTOP')
    await using command = run(['redecode', '--data', data.path, '--channel', 'news'])
    await until('it waits', () => command.stdout().includes('waiting until'))
    command.child.kill('SIGINT')
    assert.equal(await command.ended, 1)
    assert.match(command.stderr(), /stopped waiting; 1 files are in .*inbox, and the server/)
    server.child.kill('SIGCONT')
    await until('it is taken', () => inboxOf(data.path).length === 0)
    server.child.kill('SIGTERM')
    await server.ended
    await assertRight(data.path)
  })

  it('leaves alone what goes on, what has no BIN, and what it cannot read', async () => {
    await using data = await temporaryFolder()
    const token = await addChannel(data.path, 'news')
    const faults = withFaults(events)
    const recorded = faults.map((event) =>
      event.type === 'run' ? { ...event, live: false } : event,
    )
    {
      await using server = await startServer(data.path)
      const open = recorded.filter(({ type }) => type !== 'end')
      await feedEvents(server.url, token, open)
      const going = await redecode(data.path, [])
      assert.equal(going.code, 0)
      assert.match(going.stdout, /left as it is, it goes on/)
      const end = recorded.filter(({ type }) => type === 'end')
      await feedEvents(server.url, token, [...open, ...end])
      assert.match((await redecode(data.path, ['--dry-run'])).stdout, /1 changed/)
      const missing = await redecode(data.path, ['--run', 'nobody'])
      assert.equal(missing.code, 1)
      assert.match(missing.stderr, /there is no run nobody of news/)
      server.child.kill('SIGTERM')
      await server.ended
    }
    {
      await using storage = await openSqliteStorage({ dataDir: data.path, fileEveryMs: null })
      await storage.settle()
    }
    await rm(path.join(data.path, 'bin'), { recursive: true })
    const lost = await redecode(data.path, [])
    assert.equal(lost.code, 1)
    assert.match(lost.stdout, /left as it is, .*18-run-1\.1\.rcwt\.zst cannot be read/)
    assert.match(lost.stderr, /the BIN of 1 runs could not be read; their text was left as it is/)
  })

  it('says what it was asked wrongly', async () => {
    await using data = await temporaryFolder()
    await addChannel(data.path, 'news')
    assert.match((await redecode(data.path, [])).stdout, /there is nothing to decode/)
    const usage = await redecode(data.path, ['--from', 'yesterday'])
    assert.equal(usage.code, 2)
    await using command = run(['redecode', '--data', data.path, '--channel', 'other'])
    assert.equal(await command.ended, 1)
    assert.match(command.stderr(), /there is no channel other/)
  })
})

function liveCues(stdout: string): (Cue & { readonly late?: true })[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"type":"cue"') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Cue & { late?: true })
}
