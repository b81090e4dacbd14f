import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 5,
  breaks: 'Search forgets, at the edge of a chunk, what was said before and takes a match away.',
  file: 'src/server/engines/sqlite/index/tail/tail-stream.ts',
  find: 'return { first: this.#back(ownFrom, marginBefore), ownFrom }',
  replace: 'return { first: this.#back(ownFrom, Math.min(0, marginBefore)), ownFrom }',
  test: {
    file: 'test/engines/search-margins.test.ts',
    name: 'takes away what was said near it, also across the edges of the index',
  },
}
