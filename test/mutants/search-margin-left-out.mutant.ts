import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 5,
  breaks: 'A phrase that runs over the edge of a chunk of the search index is not found.',
  file: 'src/server/engines/sqlite/index/tail/tail-stream.ts',
  find: 'const near = this.#back(fresh < 0 ? this.cues.length : fresh, marginAfter)',
  replace:
    'const near = this.#back(fresh < 0 ? this.cues.length : fresh, Math.min(0, marginAfter))',
  test: {
    file: 'test/engines/search-margins.test.ts',
    name: 'finds a phrase that was cut by an edge of the index',
  },
}
