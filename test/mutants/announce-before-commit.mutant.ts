import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks:
    'The log answers before its commit: readers and the producer hear of what a crash takes back.',
  file: 'src/server/engines/sqlite/log/log-worker.ts',
  find: `        written.publish(undefined)\n`,
  replace: `        this.#port.post({ type: 'answers', answers: given })
        written.publish(undefined)\n`,
  test: {
    file: 'test/crash/power-moments.crash.ts',
    name: 'takes nothing of what a server has just called safe',
  },
}
