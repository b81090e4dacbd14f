import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 6,
  breaks: 'A hole that the server told of stays open when another run is heard.',
  file: 'src/server/engines/rules/log-holes.ts',
  find: '    hole.toMs = Math.max(fromMs, hole.fromMs)\n',
  replace: '',
  test: {
    file: 'test/engines/rules/log-holes.test.ts',
    name: 'whatever the order of events, one hole is told once, and none stays open when a run is heard',
  },
}
