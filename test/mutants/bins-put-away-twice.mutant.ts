import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 1,
  breaks: 'Of two nodes that put an hour of original bytes away at once, both name what they put.',
  file: 'src/server/engines/postgres/archive/bin-filer.ts',
  find: 'if (open.rowCount !== taken.length) return false',
  replace: 'if (open.rowCount === null) return false',
  test: {
    file: 'test/engines/postgres/archive.test.ts',
    name: 'are put away once, though two nodes do so at once, and swept after a crash',
  },
}
