import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 1,
  breaks: 'A file of original bytes is in the index, and leaves the log, before it is on the disk.',
  file: 'src/server/engines/sqlite/bin/bin-file.ts',
  find: '    fsyncSync(fd)\n',
  replace: '    if (fd < 0) fsyncSync(fd)\n',
  test: {
    file: 'test/crash/power-moments.crash.ts',
    name: 'takes nothing of what a server has just called safe',
  },
}
