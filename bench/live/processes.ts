import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'

const clockTicks = 100
const pageBytes = 4096

/** The next message of that type from a child of a benchmark; rejects when it ends before. */
export async function news<M extends { readonly type: string }, T extends M['type']>(
  child: ChildProcess,
  type: T,
): Promise<Extract<M, { type: T }>> {
  return new Promise((resolve, reject) => {
    const listener = (said: M): void => {
      if (said.type !== type) return
      child.off('message', listener)
      resolve(said as Extract<M, { type: T }>)
    }
    child.on('message', listener)
    child.once('exit', (code) => reject(new Error(`ended with ${code} before ${type}`)))
  })
}

/** User and system time of a process in milliseconds, from /proc/PID/stat. */
export function cpuMs(pid: number): number {
  return ticksMs(pid, 13)
}

/** The same with that of its children that have ended. */
export function cpuOfEndedToo(pid: number): number {
  return ticksMs(pid, 15)
}

function ticksMs(pid: number, endField: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, endField).map(Number)
  return (sumOf(ticks) * 1000) / clockTicks
}

/** Resident memory in bytes, from /proc/PID/statm. */
export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
}

export const sumOf = (all: readonly number[]): number => all.reduce((sum, n) => sum + n, 0)

/** Of counts by value. */
export function percentile(counts: readonly number[], share: number): number {
  const all = sumOf(counts)
  let seen = 0
  for (const [value, n] of counts.entries()) {
    seen += n
    if (seen >= all * share) return value
  }
  return 0
}

export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms))
}
