import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { Archive } from '../../src/server/ports/archive.ts'
import { createFolder } from './temporary.ts'

const appender = fileURLToPath(new URL('./appender.ts', import.meta.url))
const rounds = 4
const channels = 3

it('has after kill -9 all that was acknowledged, once, in order, in log and archive', async () => {
  await using folder = await createFolder()
  const acked = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    // Each round ends at another point between two acknowledgements.
    await appendAndKill(folder.path, acked, 20 + round * 27)
    await check(folder.path, acked)
  }
  assert.equal(acked.size, channels)
})

/** Runs the appender until it has printed so many acknowledgements, and kills it. */
async function appendAndKill(
  dataDir: string,
  acked: Map<string, number>,
  acks: number,
): Promise<void> {
  const child = spawn(process.execPath, [appender, dataDir, String(channels)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_code, signal) => resolve(signal))
  })
  let seen = 0
  for await (const line of createInterface(child.stdout)) {
    const [channel = '', received = ''] = line.split(' ')
    acked.set(channel, Number(received))
    if (++seen === acks) child.kill('SIGKILL')
  }
  assert.equal(await ended, 'SIGKILL')
  assert.ok(seen >= acks)
}

async function check(dataDir: string, acked: ReadonlyMap<string, number>): Promise<void> {
  await using storage = await openSqliteStorage({ dataDir, fileEveryMs: null })
  for (let settled = 0; settled < 2; settled++) {
    for (const [channel, least] of acked) {
      const { received } = await storage.log.producer(channel, 'producer-a')
      assert.ok(received >= least, `${channel}: acked ${least}, found ${received}`)
      const numbers = Array.from({ length: received }, (_, n) => n + 1).slice(1)
      const cues = await cuesOf(storage.archive, channel)
      const odd = numbers.filter((n) => n % 2 === 1)
      assert.deepEqual(
        cues.map(({ id }) => id),
        odd,
      )
      assert.deepEqual(
        cues.map(({ text }) => text),
        odd.map((n) => `CUE ${n}`),
      )
      // Positions are contiguous, and no cue has lost its own on the way through the volumes.
      assert.deepEqual(
        cues.map(({ position }) => position.seq),
        odd.map((_, n) => n + 1),
      )
      assert.equal((await storage.log.tip(channel)).seq, odd.length)
      const bins = await binsOf(storage.archive, channel)
      assert.deepEqual(
        bins,
        numbers.filter((n) => n % 2 === 0).map((n) => `bytes of ${n} at ${n * 20_000}`),
      )
    }
    await storage.settle()
  }
}

async function cuesOf(archive: Archive, channel: string) {
  const { cues, cursor } = await archive.cues({
    channel,
    from: null,
    to: null,
    tracks: null,
    order: 'oldest',
    cursor: null,
    limit: 100_000,
    run: null,
  })
  assert.equal(cursor, null)
  return cues
}

async function binsOf(archive: Archive, channel: string): Promise<string[]> {
  const found: string[] = []
  const all = archive.bin(channel, { from: null, to: null }, new AbortController().signal)
  for await (const { data } of all) found.push(Buffer.from(data).toString())
  return found
}
