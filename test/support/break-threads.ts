import { existsSync, unlinkSync } from 'node:fs'
import { isMainThread, threadName } from 'node:worker_threads'

/**
 * Preloaded into a server: a storage thread ends when there is a file of its name (spaces as dashes) in
 * the folder of this variable, and takes the file away, so that it is known to have happened.
 */
const folder = process.env['TEST_BREAK_THREADS']
if (!isMainThread && folder !== undefined && threadName !== null) {
  const file = `${folder}/${threadName.replaceAll(' ', '-')}`
  setInterval(() => {
    if (!existsSync(file)) return
    try {
      unlinkSync(file)
    } catch {
      // The other thread of this name was first.
      return
    }
    throw new Error('ended on purpose')
  }, 20).unref()
}
