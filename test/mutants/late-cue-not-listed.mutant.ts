import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 5,
  breaks: 'What comes late into an hour that was filed already takes the place of what was there.',
  file: 'src/server/engines/sqlite/volumes/volume-writer.ts',
  find: "else all = [...parseCueBlock(name, blob(last, 'cues')), ...cues]",
  replace: "else all = [...parseCueBlock(name, blob(last, 'cues')).slice(0, 0), ...cues]",
  test: {
    file: 'test/engines/sqlite-storage.test.ts',
    name: 'takes a late cue into its place by time, in a month that is over',
  },
}
