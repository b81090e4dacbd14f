import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 12,
  breaks: 'A node that does not reach the archive keeps others from what it cannot take.',
  file: 'src/server/engines/log-archiver.ts',
  find: '      await source.release(channel).catch(() => undefined)',
  replace: '      void source',
  test: {
    file: 'test/engines/redis/archiver.test.ts',
    name: 'is archived by one node of two, and by the other when that one does not reach the archive',
  },
}
