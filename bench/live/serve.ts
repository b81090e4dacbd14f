import { spawn, type IOType } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { channelCount, channelName } from './load.ts'

/** A folder, `made` or a new one, with the channels of the load and others, and a token that may feed them all. */
export async function prepareFolder(
  others: readonly string[],
  made?: string,
): Promise<{ folder: string; token: string }> {
  const folder =
    made ?? (await mkdtemp(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-serve-')))
  await using directory = openSqliteDirectory(folder)
  const names = Array.from({ length: channelCount }, (_, n) => channelName(n))
  for (const id of [...names, ...others])
    await directory.createChannel({
      ...{ id, name: id, network: null, country: null, languages: ['en'], timeZone: 'UTC' },
      ...{ description: null, tags: [], website: null, logo: null, externalIds: [] },
      policy: {
        ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
        ...{ retentionDays: null, export: true, robots: false },
      },
    })
  return { folder, token: (await directory.createToken('admin', 'bench', null)).token }
}

export interface Serve extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly stderr: Readable | null
  kill(signal: NodeJS.Signals): void
}

/** `ccr serve` as it is, but for the limits of one address. */
export async function startServe(
  folder: string,
  env: Readonly<Record<string, string>> = {},
  stderr: IOType = 'inherit',
): Promise<Serve> {
  const server = spawn('bin/ccr', ['serve', '--data', folder, '--port', '0'], {
    env: {
      ...process.env,
      ...{ CCR_RATE_LIMIT: 'off', CCR_SOCKETS_PER_ADDRESS: '20000', CCR_LOG_LEVEL: 'warn' },
      ...env,
    },
    stdio: ['ignore', 'pipe', stderr],
  })
  if (server.stdout === null) throw new Error('no stdout')
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string]
  return {
    url: line.replace('listening on ', ''),
    pid: server.pid ?? 0,
    stderr: server.stderr,
    kill: (signal) => server.kill(signal),
    async [Symbol.asyncDispose]() {
      if (server.exitCode !== null || server.signalCode !== null) return
      server.kill()
      await once(server, 'exit')
    },
  }
}
