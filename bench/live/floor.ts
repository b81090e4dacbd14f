import { execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { cpuMs, news, pause } from './processes.ts'
import type { ViewersNews } from './viewers.ts'

export interface FloorLoad {
  readonly viewers: number
  readonly bytesPerWrite: number
  readonly tickMs: number
  readonly seconds: number
}

/** Cores that one bare send(2) per tick and viewer takes, when nothing else is done. */
export async function measureFloor(load: FloorLoad): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-floor-'))
  try {
    const program = path.join(folder, 'floor')
    execFileSync('cc', ['-O2', '-o', program, 'bench/live/floor.c'])
    const args = [load.viewers, load.bytesPerWrite, load.tickMs].map(String)
    const floor = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const [port] = (await once(createInterface({ input: floor.stdout }), 'line')) as [string]
      const script = new URL('viewers.ts', import.meta.url)
      const viewers = fork(script, ['floor', port, String(load.viewers)])
      try {
        await news<ViewersNews, 'ready'>(viewers, 'ready')
        await pause(1000)
        const before = cpuMs(floor.pid ?? 0)
        await pause(load.seconds * 1000)
        return (cpuMs(floor.pid ?? 0) - before) / (load.seconds * 1000)
      } finally {
        viewers.kill()
      }
    } finally {
      floor.kill()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
