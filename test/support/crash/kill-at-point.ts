import { subscribe } from 'node:diagnostics_channel'
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * Preloaded (`NODE_OPTIONS=--import=…`) into a server or sender, all its threads included: kills the process
 * with -9 at the nth hit of a point. What is planned stands in the file that CRASH_PLAN names, and is looked
 * up at each hit, so that a running process can be given a plan; that it fired is on disk before the kill.
 */

export interface CrashPlan {
  readonly id: number
  readonly point: string
  readonly nth: number
  /** How long the thread stands still there first, while the others go on: what they say too early is said. */
  readonly lingerMs: number
}

const file = process.env['CRASH_PLAN']
const points = process.env['CRASH_POINTS']
let id = 0
let hits = 0

function plan(): CrashPlan | undefined {
  try {
    return JSON.parse(readFileSync(file ?? '', 'utf8')) as CrashPlan
  } catch {
    // No plan, or one that is being written: a later hit will do.
    return undefined
  }
}

function hit(point: string): void {
  const planned = plan()
  if (planned?.point !== point) return
  if (planned.id !== id) {
    id = planned.id
    hits = 0
  }
  if (++hits < planned.nth) return
  const fd = openSync(`${file}.fired`, 'w')
  writeSync(fd, JSON.stringify(planned))
  fsyncSync(fd)
  closeSync(fd)
  if (planned.lingerMs > 0) standStill(planned.lingerMs)
  process.kill(process.pid, 'SIGKILL')
  // Not one instruction more of what is being tested.
  standStill()
}

function standStill(ms?: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

if (file !== undefined)
  for (const point of points?.split(' ') ?? []) subscribe(point, () => hit(point))
