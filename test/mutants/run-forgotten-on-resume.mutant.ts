import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 10,
  breaks: 'A sender that was stopped or killed begins its recording again as another run.',
  file: 'src/client/channel-sender.ts',
  find: 'let run = continuedRun(spool, source)',
  replace: 'let run = spool.last < 0 ? continuedRun(spool, source) : null',
  test: {
    file: 'test/client/send.test.ts',
    name: 'ends with 1 when it is stopped before all of a recording is stored, and goes on later',
  },
}
