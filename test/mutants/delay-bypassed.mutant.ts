import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 8,
  breaks: 'A channel’s delay holds for nobody.',
  file: 'src/policy/view.ts',
  find: 'const delayMs = privileged ? 0 : policy.delaySeconds * 1000',
  replace: 'const delayMs = privileged ? 0 : policy.delaySeconds * 0',
  test: {
    file: 'test/server/download-policy.test.ts',
    name: 'shows a delayed reader nothing beyond the delay, in no form',
  },
}
