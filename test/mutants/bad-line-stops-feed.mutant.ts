import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 9,
  breaks: 'After a line that cannot be read, the good one behind it ends the feed.',
  file: 'src/server/core/ingest/feed-lines.ts',
  find: 'if (hole > this.#unparsable.length) return',
  replace: 'if (hole > 0) return',
  test: {
    file: 'test/server/feed-protocol.test.ts',
    name: 'a hole no longer than the run of unreadable lines just before it is used up likewise',
  },
}
