import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 11,
  breaks: 'A clock that is found to be ahead is put back at once: times repeat.',
  file: 'src/client/clock/stream-clock.ts',
  find: 'const slew = isWrong ? Math.max(-mostSlew, Math.min(mostSlew, errorMs / settleMs)) : 0',
  replace: `const slew = 0
    if (isWrong) this.#step(fts, wallMs + errorMs)`,
  test: {
    file: 'test/client/stream-clock.test.ts',
    name: 'never goes back and never changes what it said, whatever arrives',
  },
}
