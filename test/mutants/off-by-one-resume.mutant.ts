import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 4,
  breaks: 'A reader that comes back misses the first event after its position.',
  file: 'src/server/core/live/live-channel.ts',
  find: 'for (let i = seq + 1 - first; i < this.#tail.length; i++) {',
  replace: 'for (let i = seq + 2 - first; i < this.#tail.length; i++) {',
  test: {
    file: 'test/server/live.test.ts',
    name: 'gets exactly what it missed, in order and once, through any number of cuts',
  },
}
