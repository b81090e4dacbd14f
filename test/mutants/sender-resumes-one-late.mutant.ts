import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A sender that comes back leaves out the first event that the server has not got.',
  file: 'src/client/feed-connection.ts',
  find: 'this.#next = Math.max(first, received + 1)',
  replace: 'this.#next = Math.max(first, received === 0 ? 1 : received + 2)',
  test: {
    file: 'test/client/ahead-of-storage.test.ts',
    name: 'a sender keeps what is received and not stored, and sends it again when it was lost',
  },
}
