import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'What a producer sends again is stored again.',
  file: 'src/server/engines/rules/log-rules.ts',
  find: `      if (lastSeq(event) <= this.#producer.received) continue\n`,
  replace: '',
  test: {
    file: 'test/engines/sqlite-storage.test.ts',
    name: 'passes over what it has, across batches and inside one',
  },
}
