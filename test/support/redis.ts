import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { freePort } from './free-port.ts'
import { makeCertificate } from './nginx.ts'
import { thisMachine, type Host } from './nodes/hosts.ts'
import { temporaryFolder, until } from './processes.ts'

export const withoutRedis =
  spawnSync('redis-server', ['--version']).error === undefined
    ? false
    : 'needs Redis 7: apt-get install redis-server'

export interface TestRedis extends AsyncDisposable {
  readonly port: number
  readonly pid: () => number
  readonly url: string
  /** Of the certificate that TLS is checked with; null without TLS. */
  readonly certificate: string | null
  readonly cli: (...args: readonly string[]) => string
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>
  /** After a kill: empty, unless its settings say otherwise. */
  readonly restart: () => Promise<void>
}

export interface TestRedisOptions {
  readonly tls?: boolean
  /** Arguments of redis-server. */
  readonly settings?: readonly string[]
  /** Default a free one. */
  readonly port?: number
  readonly host?: Host
}

/** A real Redis of its own on this machine, in memory alone. */
export async function startRedis({
  tls = false,
  settings = [],
  port: wanted,
  host = thisMachine,
}: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = await temporaryFolder()
  const port = wanted ?? (await freePort())
  const { key, certificate } = tls
    ? makeCertificate(folder.path)
    : { key: '', certificate: path.join(folder.path, 'none') }
  const listening = tls
    ? [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', certificate, '--tls-key-file', key],
        ...['--tls-ca-cert-file', certificate],
      ]
    : ['--port', String(port)]
  const password = settings[settings.indexOf('--requirepass') + 1]
  const asked = settings.includes('--requirepass') ? ['--pass', password ?? ''] : []
  const cli = (...args: readonly string[]): string =>
    execFileSync(
      'redis-cli',
      [
        '-h',
        host.address,
        '-p',
        String(port),
        ...(tls ? ['--tls', '--cacert', certificate] : []),
        ...asked,
        ...args,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 },
    ).trim()
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      ...host.command('redis-server', [
        ...listening,
        ...[
          '--bind',
          host.address,
          '--protected-mode',
          'no',
          '--dir',
          folder.path,
          '--save',
          '',
          '--appendonly',
          'no',
        ],
        ...settings,
      ]),
      { stdio: 'ignore' },
    )
    await until('Redis answers', () => isUp(cli))
    return child
  }
  let child = await start()
  return {
    port,
    url: tls ? `rediss://localhost:${port}` : `redis://${host.address}:${port}`,
    certificate: tls ? certificate : null,
    cli,
    pid: () => child.pid ?? 0,
    signal: async (name) => {
      const ended = name === 'SIGKILL' ? once(child, 'exit') : undefined
      child.kill(name)
      await ended
    },
    restart: async () => {
      child = await start()
    },
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGKILL')
        await ended
      }
      await folder[Symbol.asyncDispose]()
    },
  }
}

export interface TestRedisCluster extends AsyncDisposable {
  readonly url: string
  /** Those that were masters first. */
  readonly masters: readonly TestRedis[]
  /** Of those that are masters now, the one that holds a key, and a replica of it. */
  readonly holdersOf: (key: string) => { readonly master?: TestRedis; readonly replica?: TestRedis }
}

/** Three masters, which share all slots, with so many replicas each. */
export async function startRedisCluster(replicas: 0 | 1 = 0): Promise<TestRedisCluster> {
  await using opening = new AsyncDisposableStack()
  const servers: TestRedis[] = []
  for (let n = 0; n < 3 * (1 + replicas); n++) {
    const settings = [
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'],
      // By default 10,000 above its own, which may be no port at all.
      ...['--cluster-port', String(await freePort())],
    ]
    servers.push(opening.use(await startRedis({ settings })))
  }
  const [first] = servers
  if (first === undefined) throw new Error('no server was started')
  first.cli(
    ...['--cluster', 'create', ...servers.map(({ port }) => `127.0.0.1:${port}`)],
    ...['--cluster-replicas', String(replicas), '--cluster-yes'],
  )
  await until('the cluster is formed', () =>
    servers.every((server) => server.cli('cluster', 'info').includes('cluster_state:ok')),
  )
  const owned = opening.move()
  return {
    ...{ url: first.url, masters: servers.slice(0, 3) },
    holdersOf: (key) => {
      const found: Partial<Record<'master' | 'replica', TestRedis>> = {}
      for (const server of servers.filter((one) => isUp(one.cli))) {
        if (has(server, key))
          found[server.cli('role').startsWith('master') ? 'master' : 'replica'] = server
      }
      return found
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Whether a server of a cluster answers for a key, or follows one that does. */
function has(server: TestRedis, key: string): boolean {
  const slot = Number(server.cli('cluster', 'keyslot', key))
  const lines = server.cli('cluster', 'nodes').split('\n')
  const [own] = lines.filter((line) => line.includes('myself'))
  const [id, , , masterId] = own?.split(' ') ?? []
  const line = lines.find((other) => other.startsWith(masterId === '-' ? `${id}` : `${masterId}`))
  const ranges = [...(line ?? '').matchAll(/ (\d+)-(\d+)/g)]
  return ranges.some(([, from, to]) => Number(from) <= slot && slot <= Number(to))
}

function isUp(cli: TestRedis['cli']): boolean {
  try {
    return cli('ping') === 'PONG'
  } catch {
    return false
  }
}
