import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks:
    'A sender sends what a power cut would make it forget, and numbers something else like it.',
  file: 'src/client/spool/segments.ts',
  find: '      await handle.datasync()\n',
  replace: '',
  test: {
    file: 'test/crash/power-moments.crash.ts',
    name: 'takes nothing of what a sender has just sent',
  },
}
