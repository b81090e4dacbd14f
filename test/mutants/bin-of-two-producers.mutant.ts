import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 1,
  breaks: 'Bytes that a second producer of a run delivers again are in the original twice.',
  file: 'src/server/engines/rules/log-rules.ts',
  find: 'note.binProducer !== producer && atMs <= note.binAtMs',
  replace: 'note.binProducer !== producer && atMs < 0',
  test: {
    file: 'test/engines/memory.test.ts',
    name: 'keeps once the bytes that a second producer of a run delivers again',
  },
}
