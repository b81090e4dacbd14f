import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks: 'A commit survives a crash of the process, and no power cut.',
  file: 'src/server/engines/sqlite/database.ts',
  find: 'PRAGMA synchronous = FULL',
  replace: 'PRAGMA synchronous = NORMAL',
  test: {
    file: 'test/crash/power-moments.crash.ts',
    name: 'takes nothing of what a server has just called safe',
  },
}
