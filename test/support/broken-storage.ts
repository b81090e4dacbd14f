import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Cue } from '../../src/protocol/api.ts'
import { addChannel, startServer, until, type Server } from './processes.ts'
import { fetchCues } from './recording.ts'
import { StubbornFeeder } from './stubborn-feeder.ts'

/** A real server on real files, and the ways in which tests break those. */

export const isRoot = process.getuid?.() === 0
/** Two months that have long been over, so that nothing else is filed in them. */
export const juneMs = Date.UTC(2026, 5, 15, 12)
export const julyMs = Date.UTC(2026, 6, 15, 12)
const env = { CCR_LOG_LEVEL: 'info' }

export async function startOn(
  dataDir: string,
  more: Readonly<Record<string, string>> = {},
  runName = 'r1',
): Promise<Server & { readonly feeder: StubbornFeeder }> {
  const token = await addChannel(dataDir, 'news')
  const server = await startServer(dataDir, { env: { ...env, ...more } })
  return { ...server, feeder: new StubbornFeeder(server, 'news', token, runName) }
}

/** A soft limit of a running process: file size in bytes, or number of descriptors. */
export function limit(server: Server, resource: 'fsize' | 'nofile', value: number | string): void {
  execFileSync('prlimit', ['--pid', String(server.child.pid), `--${resource}=${value}:`])
}

export async function readiness(
  server: Server,
): Promise<{ status: number; ready: boolean; problems: readonly string[] }> {
  const answer = await fetch(`${server.url}/readyz`)
  const { ready, problems } = (await answer.json()) as { ready: boolean; problems: string[] }
  return { status: answer.status, ready, problems }
}

export async function isReady(server: Server): Promise<boolean> {
  return (await readiness(server)).ready
}

export async function hasNoProblem(server: Server): Promise<boolean> {
  return (await readiness(server)).problems.length === 0
}

export interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly detail: string
  readonly ids: readonly number[]
  readonly next: string | null
}

export async function list(server: Server, query: string): Promise<Answer> {
  const answer = await fetch(new URL(`/api/v1/channels/news/cues?${query}`, server.url))
  const body = (await answer.json()) as Partial<{
    code: string
    detail: string
    items: Cue[]
    next: string | null
  }>
  const { code, detail = '', items = [], next = null } = body
  return { status: answer.status, code, detail, ids: items.map(({ id }) => id), next }
}

/** Everything the feeder has ever said is there, once and in order. */
export async function assertWhole(server: Server, feeder: StubbornFeeder): Promise<void> {
  const cues = await fetchCues(server.url, feeder.channel)
  const ids = cues.map(({ id }) => id).sort((a, b) => a - b)
  assert.deepEqual(
    ids,
    Array.from({ length: feeder.cues }, (_, n) => n + 1),
  )
  for (const { id, text } of cues) assert.match(text, new RegExp(`^CUE ${id}(x*)$`))
  const positions = cues.map(({ position }) => position.seq)
  assert.equal(new Set(positions).size, positions.length)
}

/** How many lines of the log say that; a fault must be told once, and so must its end. */
export function told(server: Server, pattern: RegExp): number {
  return server
    .stderr()
    .split('\n')
    .filter((line) => pattern.test(line)).length
}

export async function tellsOnce(server: Server, pattern: RegExp): Promise<void> {
  await until(`the log says ${pattern}`, () => told(server, pattern) > 0)
  assert.equal(told(server, pattern), 1, server.stderr())
}

export function volume(dataDir: string, month: string): string {
  return path.join(dataDir, 'archive', `${month}.db`)
}

/** Waits until all of the channel's entries are in their volumes. */
export async function untilFiled(dataDir: string): Promise<void> {
  using log = new DatabaseSync(path.join(dataDir, 'log.db'), { readOnly: true, timeout: 5000 })
  const left = log.prepare('SELECT tip - filed AS n FROM channel WHERE tip > 0')
  await until('everything is filed', () => left.all().every(({ n }) => n === 0))
}

/** Writes over a share of a file, in place: a disk that lies. */
export function damage(file: string, from: number, length: number): void {
  const fd = openSync(file, 'r+')
  try {
    writeSync(fd, Buffer.alloc(length, 0xa5), 0, length, from)
  } finally {
    closeSync(fd)
  }
}

export function findFile(folder: string, ends: string): string {
  if (existsSync(folder))
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (name.endsWith(ends)) return path.join(folder, name)
  throw new Error(`no file ${ends} in ${folder}`)
}

/** The bytes of a database with its log written back into it. */
export function wholeDatabase(file: string): Buffer {
  {
    using db = new DatabaseSync(file, { timeout: 5000 })
    db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }
  return readFileSync(file)
}
