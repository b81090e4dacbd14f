import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 7,
  breaks: 'Letters wait for whatever is being stored: a slow disk stops what people read.',
  file: 'src/server/core/ingest/ingest-session.ts',
  find: 'if (this.#storing !== undefined && this.#holdsBack()) {',
  replace: 'if (this.#storing !== undefined) {',
  test: {
    file: 'test/server/live-loop.test.ts',
    name: 'letters go on, and requests are answered, while storage stands still',
  },
}
