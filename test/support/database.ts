import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  readdirSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import { makeCertificate } from './nginx.ts'
import { thisMachine, type Host } from './nodes/hosts.ts'
import { temporaryFolder, until } from './processes.ts'

/** The newest of Debian's installed versions from 15 on; undefined when there is none. */
export const postgresPrograms = findPrograms()

export const withoutPostgres =
  postgresPrograms === undefined
    ? 'needs PostgreSQL 15 or newer: apt-get install postgresql'
    : false

export interface TestPostgres extends AsyncDisposable {
  readonly port: number
  readonly pid: () => number
  /** Of a new, empty database. */
  readonly newDatabase: () => Promise<string>
  /** The same address with TLS that is checked. */
  readonly withTls: (url: string) => string
  /** `SIGKILL` stops at once, `SIGSTOP` and `SIGCONT` pause all of its processes. */
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>
  /** After a kill. */
  readonly restart: () => Promise<void>
}

/** A real PostgreSQL of its own on this machine, TLS included. It refuses root: then it runs as `nobody`. */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
  host: Host = thisMachine,
): Promise<TestPostgres> {
  if (postgresPrograms === undefined) throw new Error('PostgreSQL is not installed')
  const programs = postgresPrograms
  const folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const port = await freePort()
  const { key, certificate } = makeCertificate(folder.path)
  const owner = process.getuid?.() === 0 ? nobody() : undefined
  if (owner !== undefined) {
    for (const file of [folder.path, key, certificate]) chownSync(file, owner.uid, owner.gid)
    chmodSync(folder.path, 0o755)
  }
  const options = { ...owner, cwd: folder.path, stdio: 'ignore' } as const
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', 'ccr', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
    options,
  )
  const given = {
    ...{ port: String(port), listen_addresses: host.address, unix_socket_directories: '' },
    // What a kill takes is the process alone: nothing here is meant to outlive the machine.
    ...{ fsync: 'off' },
    ...{ ssl: 'on', ssl_cert_file: certificate, ssl_key_file: key, max_connections: '200' },
    ...settings,
  }
  const lines = Object.entries(given).map(([name, value]) => `${name} = '${value}'`)
  writeFileSync(path.join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`)
  appendFileSync(path.join(data, 'pg_hba.conf'), 'host all all samenet trust\n')
  chmodSync(key, 0o600)

  // Somewhere else it is started by root, and gives that up there.
  const isElsewhere = owner !== undefined && host !== thisMachine
  const drop = ['--reuid', String(owner?.uid), '--regid', String(owner?.gid), '--clear-groups']
  const program = [path.join(programs, 'postgres'), '-D', data]
  const [file, ...args] = isElsewhere ? ['setpriv', ...drop, ...program] : program
  const command = host.command(file ?? '', args)
  const running = { ...options, ...(isElsewhere ? { uid: 0, gid: 0 } : {}) }
  const urlOf = (name: string): string => `postgres://ccr@${host.address}:${port}/${name}`
  const start = async (): Promise<ChildProcess> => {
    let child = spawn(...command, running)
    const isUp = async (): Promise<boolean> => {
      // After a kill it refuses to start while children of the one before are still on their way out.
      if (child.exitCode !== null) child = spawn(...command, running)
      return await answers(urlOf('postgres'))
    }
    try {
      // The machine may be busy with other tests.
      await until('PostgreSQL answers', isUp, 60_000)
    } catch (error) {
      child.kill('SIGQUIT')
      throw error
    }
    return child
  }
  let child = await start()
  let count = 0
  return {
    port,
    newDatabase: async () => {
      const name = `test_${++count}`
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE ${name}`))
      return urlOf(name)
    },
    withTls: (url) =>
      `${url.replace(host.address, 'localhost')}?sslmode=verify-full&sslrootcert=${certificate}`,
    pid: () => child.pid ?? 0,
    signal: async (name) => {
      if (name !== 'SIGKILL') signalChildren(child.pid, name)
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
        signalChildren(child.pid, 'SIGCONT')
        child.kill('SIGCONT')
        child.kill('SIGQUIT')
        await ended
      }
      await folder[Symbol.asyncDispose]()
    },
  }
}

function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return undefined
  const versions = readdirSync(root)
    .map(Number)
    .filter((version) => version >= 15 && existsSync(path.join(root, `${version}/bin/postgres`)))
    .sort((a, b) => b - a)
  return versions[0] === undefined ? undefined : path.join(root, String(versions[0]), 'bin')
}

function nobody(): { readonly uid: number; readonly gid: number } {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

function signalChildren(parent: number | undefined, name: NodeJS.Signals): void {
  for (const pid of childrenOf(parent))
    try {
      process.kill(pid, name)
    } catch (error) {
      // Those of connections that have just ended are gone by now.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
    }
}

function childrenOf(pid: number | undefined): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number)
  } catch {
    // It says so with an exit code when there are none.
    return []
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'))
    return true
  } catch {
    return false
  }
}

async function withClient(
  url: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
