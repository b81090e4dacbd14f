import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, createReadStream, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { pageSize, type Figure } from './figures.ts'
import { install } from './install.ts'
import type { PeerResult } from './lucene.ts'
import type { MadeFolder } from './made-folder.ts'
import { nearWithin, type Question } from './queries.ts'

const programs = '/usr/lib/postgresql'
const runs = 5

/** PostgreSQL's full-text search on the same text: a row a minute, a `tsvector` of it, GIN. A sentence when it is not to be had. */
export async function measurePostgres(
  made: MadeFolder,
  asked: readonly Question[],
): Promise<PeerResult | string> {
  const folderOf = (): string | undefined =>
    existsSync(programs)
      ? readdirSync(programs)
          .map((version) => path.join(programs, version, 'bin'))
          .find((bin) => existsSync(path.join(bin, 'initdb')))
      : undefined
  const problem = install(() => folderOf() !== undefined, ['postgresql'])
  const bin = folderOf()
  if (problem !== undefined || bin === undefined) return `PostgreSQL: ${problem ?? 'missing'}`
  const server = new Postgres(bin)
  try {
    server.start()
    await fill(server, made)
    const figures = new Map<string, Figure>()
    for (const question of asked) figures.set(question.name, measure(server, question))
    const bytes = Number(server.ask("SELECT pg_relation_size('found')"))
    return { figures, bytes }
  } finally {
    server.stop()
  }
}

class Postgres {
  readonly #bin: string
  readonly #folder = mkdtempSync(path.join(process.env['BENCH_DIR'] ?? tmpdir(), 'ccr-pg-'))
  /** The server refuses to run as root. */
  readonly #user: { readonly uid: number; readonly gid: number } | undefined

  constructor(bin: string) {
    this.#bin = bin
    if (process.getuid?.() !== 0) return
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres']).toString())
    this.#user = { uid: id('-u'), gid: id('-g') }
    chownSync(this.#folder, this.#user.uid, this.#user.gid)
  }

  start(): void {
    const data = path.join(this.#folder, 'data')
    const settings = [
      ...['listen_addresses=', `unix_socket_directories=${this.#folder}`, 'fsync=off', 'jit=off'],
      ...['shared_buffers=2GB', 'maintenance_work_mem=512MB', 'work_mem=64MB', 'max_wal_size=8GB'],
      ...['max_parallel_workers_per_gather=0'],
    ]
    this.#run('initdb', [
      '-D',
      data,
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '-N',
      '-U',
      'bench',
    ])
    const options = settings.map((setting) => `-c ${setting}`).join(' ')
    const log = path.join(this.#folder, 'log')
    this.#run('pg_ctl', ['-D', data, '-l', log, '-w', '-t', '60', '-o', options, 'start'])
  }

  stop(): void {
    try {
      this.#run('pg_ctl', ['-D', path.join(this.#folder, 'data'), '-m', 'immediate', 'stop'])
    } finally {
      rmSync(this.#folder, { recursive: true, force: true })
    }
  }

  ask(statements: string): string {
    return execFileSync(path.join(this.#bin, 'psql'), this.#arguments(), {
      ...{ ...this.#user, cwd: this.#folder, encoding: 'utf8', input: statements },
      maxBuffer: 1e9,
    }).trim()
  }

  /** Rows of the format of COPY. */
  async copy(table: string, lines: AsyncIterable<string>): Promise<void> {
    const args = [...this.#arguments(), '-c', `COPY ${table} FROM STDIN`]
    const psql = spawn(path.join(this.#bin, 'psql'), args, {
      ...{ ...this.#user, cwd: this.#folder, stdio: ['pipe', 'ignore', 'inherit'] },
    })
    const ended = once(psql, 'exit')
    for await (const line of lines) if (!psql.stdin.write(line)) await once(psql.stdin, 'drain')
    psql.stdin.end()
    const [code] = (await ended) as [number | null]
    if (code !== 0) throw new Error(`COPY ended with ${code}`)
  }

  #arguments(): string[] {
    return [
      '-h',
      this.#folder,
      '-U',
      'bench',
      '-d',
      'postgres',
      '-X',
      '-q',
      '-A',
      '-t',
      '-v',
      'ON_ERROR_STOP=1',
    ]
  }

  #run(program: string, args: readonly string[]): void {
    execFileSync(path.join(this.#bin, program), args, {
      ...{ ...this.#user, cwd: this.#folder, stdio: 'ignore' },
    })
  }
}

async function fill(server: Postgres, made: MadeFolder): Promise<void> {
  server.ask(
    'CREATE UNLOGGED TABLE minute (channel smallint, minute int, words tsvector, text text)',
  )
  await server.copy('minute', rowsOf(made))
  server.ask(
    `CREATE INDEX found ON minute USING gin (words) WITH (fastupdate = off);
     CREATE INDEX newest ON minute (minute); VACUUM ANALYZE minute;`,
  )
}

/** With the words' positions as we count them, so that no dictionary of PostgreSQL's has a say. */
async function* rowsOf({ minuteFiles }: MadeFolder): AsyncGenerator<string> {
  for (const file of minuteFiles)
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const [channel = '', minute = '', text = ''] = line.split('\t')
      const at = new Map<string, number[]>()
      text.split(' ').forEach((word, n) => {
        const list = at.get(word)
        if (list === undefined) at.set(word, [n + 1])
        else list.push(n + 1)
      })
      const words = [...at].map(([word, list]) => `'${word}':${list.join()}`).join(' ')
      yield `${channel}\t${minute}\t${words}\t${text}\n`
    }
}

function measure(server: Postgres, question: Question): Figure {
  const where = `words @@ '${tsquery(question)}'::tsquery`
  const page = `SELECT channel, minute, text FROM minute WHERE ${where} ORDER BY minute DESC LIMIT ${pageSize};`
  const count = `SELECT count(*) FROM minute WHERE ${where};`
  const timeline = `SELECT minute / 1440, count(*) FROM minute WHERE ${where} GROUP BY 1;`
  const timelineMs = time(server, timeline)
  return {
    firstPageMs: time(server, page),
    countMs: time(server, count),
    // It keeps no answers.
    ...{ coldTimelineMs: timelineMs, warmTimelineMs: timelineMs },
    minutes: Number(server.ask(count)),
  }
}

/** As the client sees it, through the socket of this machine; the middle of several runs. */
function time(server: Postgres, statement: string): number {
  const said = server.ask(`\\o /dev/null\n${statement}\n\\timing on\n${statement.repeat(runs)}`)
  const taken = [...said.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms))
  taken.sort((a, b) => a - b)
  const middle = taken[Math.floor(taken.length / 2)]
  if (middle === undefined) throw new Error(`psql told no time: ${said}`)
  return middle
}

function tsquery({ kind, words }: Question): string {
  const quoted = words.map((word) => `''${word}''`)
  const [first = '', second = ''] = quoted
  switch (kind) {
    case 'word':
    case 'and':
      return quoted.join(' & ')
    case 'phrase':
      return quoted.join(' <-> ')
    case 'or':
      return quoted.join(' | ')
    case 'near':
      // It knows one distance at a time.
      return Array.from({ length: nearWithin + 1 }, (_, n) => n + 1)
        .flatMap((n) => [`(${first} <${n}> ${second})`, `(${second} <${n}> ${first})`])
        .join(' | ')
    case 'not':
      return `${first} & !${second}`
    case 'prefix':
      return `${first}:*`
  }
}
