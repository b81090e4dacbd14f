import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A cue that a second producer tells again is stored twice.',
  file: 'src/server/engines/rules/log-rules.ts',
  find: 'if (!ids.add(event.id)) {',
  replace: 'ids.add(event.id)\n    if (Math.sign(event.id) === 0) {',
  test: {
    file: 'test/engines/sqlite-storage.test.ts',
    name: 'stores a cue’s identity once, whoever sends it again',
  },
}
