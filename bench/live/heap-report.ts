import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { isMainThread } from 'node:worker_threads'

/**
 * Preloaded into `ccr serve` by bench/live.soak.ts: on SIGUSR2 it collects all garbage and says on stderr, as one line,
 * what is left in the heap of the thread that serves live readers and outside it.
 */
if (isMainThread) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  process.on('SIGUSR2', () => {
    collect()
    collect()
    const { heapUsed, external, rss } = process.memoryUsage()
    process.stderr.write(`${JSON.stringify({ heapUsed, external, rss })}\n`)
  })
}
