import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 4,
  breaks: 'After a restore, positions that readers hold from the old log name other cues.',
  file: 'src/server/engines/sqlite/admin/restore.ts',
  find: 'for (const [name, { epoch }] of tips) set.run(epoch, name)',
  replace: 'for (const [name, { epoch }] of [...tips].slice(tips.size)) set.run(epoch, name)',
  test: {
    file: 'test/admin/backup.test.ts',
    name: 'is restored as it was, under another epoch, with the same numbers in every list',
  },
}
