import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { freePort } from './free-port.ts'
import { makeCertificate } from './nginx.ts'
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
}

/** A real Redis of its own on this machine, in memory alone. */
export async function startRedis({
  tls = false,
  settings = [],
  port: wanted,
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
      ['-p', String(port), ...(tls ? ['--tls', '--cacert', certificate] : []), ...asked, ...args],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 },
    ).trim()
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(
      'redis-server',
      [
        ...listening,
        ...['--bind', '127.0.0.1', '--dir', folder.path, '--save', '', '--appendonly', 'no'],
        ...settings,
      ],
      { stdio: 'ignore' },
    )
    await until('Redis answers', () => isUp(cli))
    return child
  }
  let child = await start()
  return {
    port,
    url: tls ? `rediss://localhost:${port}` : `redis://127.0.0.1:${port}`,
    certificate: tls ? certificate : null,
    cli,
    pid: () => child.pid ?? 0,
    signal: async (name) => {
      const ended = once(child, 'exit')
      child.kill(name)
      if (name === 'SIGKILL') await ended
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
  readonly masters: readonly TestRedis[]
}

/** Three masters without replicas, which share all slots. */
export async function startRedisCluster(): Promise<TestRedisCluster> {
  await using opening = new AsyncDisposableStack()
  const masters: TestRedis[] = []
  for (let n = 0; n < 3; n++) {
    const settings = [
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '2000'],
      // By default 10,000 above its own, which may be no port at all.
      ...['--cluster-port', String(await freePort())],
    ]
    masters.push(opening.use(await startRedis({ settings })))
  }
  const [first] = masters
  if (first === undefined) throw new Error('no master was started')
  first.cli(
    ...['--cluster', 'create', ...masters.map(({ port }) => `127.0.0.1:${port}`)],
    '--cluster-yes',
  )
  await until('the cluster is formed', () =>
    masters.every((master) => master.cli('cluster', 'info').includes('cluster_state:ok')),
  )
  const owned = opening.move()
  return { url: first.url, masters, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function isUp(cli: TestRedis['cli']): boolean {
  try {
    return cli('ping') === 'PONG'
  } catch {
    return false
  }
}
