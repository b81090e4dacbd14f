import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 10,
  breaks: 'A line that comes in three chunks loses its middle.',
  file: 'src/protocol/ndjson.ts',
  find: '      for (const part of [...this.#parts, last]) {',
  replace: '      for (const part of [...this.#parts.slice(0, 1), last]) {',
  test: {
    file: 'src/protocol/ndjson.test.ts',
    name: 'gives the same lines for any chunks of the same bytes',
  },
}
