import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A connection that was taken over still stores.',
  file: 'src/server/engines/rules/log-rules.ts',
  find: `  if (batch.fence < book.fence) return { ok: false, code: 'fenced' }\n`,
  replace: '',
  test: {
    file: 'test/engines/sqlite-storage.test.ts',
    name: 'gives out growing fences and refuses an older one',
  },
}
