import { closeSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'

/** The folder is another process's. */
export class SpoolBusyError extends Error {
  override name = 'SpoolBusyError'
}

/**
 * Takes a folder for this process; returns how to give it back. The lock of a process that is gone is
 * taken over. Throws SpoolBusyError.
 */
export function lockFolder(folder: string): () => void {
  const file = path.join(folder, 'lock')
  const mine = `${file}.${process.pid}`
  const handle = openSync(mine, 'w', 0o600)
  writeSync(handle, `${process.pid} ${startOf(process.pid) ?? ''}\n`)
  closeSync(handle)
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        // A link is made whole or not at all, with its content.
        linkSync(mine, file)
        return () => rmSync(file, { force: true })
      } catch {
        const [pid, start] = readHolder(file)
        if (
          pid !== undefined &&
          pid !== process.pid &&
          startOf(pid) === start &&
          start !== undefined
        )
          throw new SpoolBusyError(
            `the spool ${folder} is in use by process ${pid}; give this one another --spool, or stop that one`,
          )
        rmSync(file, { force: true })
      }
    }
  } finally {
    rmSync(mine, { force: true })
  }
  throw new SpoolBusyError(`the spool ${folder} is being taken by another process; try again`)
}

function readHolder(file: string): [number | undefined, string | undefined] {
  try {
    const [pid, start] = readFileSync(file, 'utf8').trim().split(' ')
    return [Number(pid), start]
  } catch {
    // Gone meanwhile: free.
    return [undefined, undefined]
  }
}

/** When a process started, so that a number used again is not taken for the one before; undefined when it is not running. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  } catch {
    return isRunning(pid) ? 'unknown' : undefined
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
