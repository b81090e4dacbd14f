import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks:
    'The log is told that a volume holds its entries, and deletes them, before the volume is synced.',
  file: 'src/server/engines/sqlite/volumes/volume-writer.ts',
  find: '    this.#startMs = monthStartMs(month)\n',
  replace: `    this.#startMs = monthStartMs(month)
    this.#db.exec('PRAGMA synchronous = OFF')\n`,
  test: {
    file: 'test/crash/power-moments.crash.ts',
    name: 'takes nothing of what a server has just called safe',
  },
}
