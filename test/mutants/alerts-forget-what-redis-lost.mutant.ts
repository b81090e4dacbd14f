import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'What was said while nobody led is never matched, when the log has lost it meanwhile.',
  file: 'src/server/core/alerts/alert-runner.ts',
  find: 'while (past !== null && ear.position.seq < oldest.seq) {',
  replace: 'while (past !== null && ear.position.seq > oldest.seq) {',
  test: {
    file: 'test/server/nodes.test.ts',
    name: 'tell an alert of what was said while nobody led, though Redis has lost it',
  },
}
