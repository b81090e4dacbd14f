import Fastify from 'fastify'
import { mkdtempSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { validatorCompiler, serializerCompiler } from 'fastify-type-provider-zod'
import { LiveHub } from '../../src/server/core/live/live-hub.ts'
import { LiveQueries } from '../../src/server/core/live/live-queries.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { openSqliteAccounts } from '../../src/server/engines/sqlite/sqlite-accounts.ts'
import { MemoryDirectory } from '../../src/server/engines/memory/memory-directory.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { Access } from '../../src/server/http/auth.ts'
import { registerLive } from '../../src/server/http/live/live-routes.ts'
import { createLogger } from '../../src/server/log.ts'
import { runEngine } from './engine.ts'
import { channelCount, channelName } from './load.ts'

/** Our live delivery as `ccr serve` composes it, on the log in memory: storing is measured by bench/ingest. */

const now = Date.now
const log = new MemoryLog()
const broker = new MemoryBroker()
const directory = new MemoryDirectory()
const hub = new LiveHub({
  ...{ log, archive: new MemoryArchive(log), broker, now, random: Math.random },
  view: () => ({
    allowed: true,
    delayMs: 0,
    drafts: true,
    export: true,
    retentionMs: null,
    snippetWords: null,
    robots: false,
  }),
  airing: () => null,
  isFed: () => true,
  queries: new LiveQueries(
    (id) => ({ id, network: null, timeZone: 'UTC' }),
    () => null,
  ),
  logger: createLogger('error'),
})
const app = Fastify()
app.setValidatorCompiler(validatorCompiler)
app.setSerializerCompiler(serializerCompiler)
const accounts = openSqliteAccounts(mkdtempSync(path.join(tmpdir(), 'ccr-bench-')))
const access = new Access({
  ...{ directory, accounts, mustSignIn: false, publicUrl: null, isSecure: false },
})
registerLive(app, {
  access,
  hub,
  socketsPerAddress: Infinity,
  socketsPerToken: Infinity,
  trust: () => false,
})
await app.listen({ port: 0, host: '127.0.0.1' })

const seqs = new Array<number>(channelCount).fill(1)
for (let n = 0; n < channelCount; n++)
  await log.append({
    ...{ channel: channelName(n), producer: 'bench', fence: await log.fence(channelName(n)) },
    events: [
      {
        ...{ seq: 1, type: 'run', run: 'r1', startedAt: new Date().toISOString(), live: true },
        ...{
          source: 'bench',
          extractor: 'bench',
          decoder: 'bench',
          tracks: [{ track: 'CC1', language: 'en' }],
        },
      },
    ],
  })

for (let n = 0; n < channelCount; n++)
  broker.announce({ type: 'feed', channel: channelName(n), connected: true })

runEngine({
  port: (app.server.address() as AddressInfo).port,
  tickMs: () => hub.tickMs,
  publish(n, update) {
    const channel = channelName(n)
    if (update.type === 'draft') {
      broker.announce({ type: 'draft', channel, draft: update })
      return
    }
    const { run, track, id, start, end, mode, text } = update
    const seq = (seqs[n] = (seqs[n] ?? 1) + 1)
    void log
      .append({
        ...{ channel, producer: 'bench', fence: 1 },
        events: [{ seq, type: 'cue', run, track, id, start, end, mode, text }],
      })
      .then((result) => {
        if (!result.ok) throw new Error(result.code)
        broker.announce({ type: 'entries', channel, entries: result.entries })
      })
  },
})
