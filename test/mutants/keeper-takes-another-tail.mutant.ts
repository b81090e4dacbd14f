import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks:
    'What a log that lost its tail gives the same numbers is passed over as stored, and is lost.',
  file: 'src/server/engines/postgres/archive/keeper.ts',
  find: 'again !== undefined && markOf(again) !== last',
  replace: 'again !== undefined && markOf(again) === null',
  test: {
    file: 'test/engines/postgres/archive.test.ts',
    name: 'does not take what a log that has lost its tail gives the same numbers',
  },
}
