import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A leader that was paused, and is replaced, still records, tells and settles.',
  file: 'src/server/engines/postgres/leadership/fence.ts',
  find: `  if (rowCount === 0) throw`,
  replace: `  if (rowCount === null) throw`,
  test: {
    file: 'test/engines/postgres/alerts.test.ts',
    name: 'refuses whatever a leader writes whose term is over',
  },
}
