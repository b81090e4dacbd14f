import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 4,
  breaks:
    'When more comes between two ticks than memory keeps, readers go on at the tip and are not told.',
  file: 'src/server/core/live/live-stream.ts',
  find: `    this.#frames.length = 0
    this.last++\n`,
  replace: '',
  test: {
    file: 'test/server/live-hub.test.ts',
    name: 'tells everything when more comes between two ticks than is kept in memory',
  },
}
