import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 5,
  breaks: 'What comes late, before cues that search holds already, is listed and never found.',
  file: 'src/server/engines/sqlite/index/tail/tail-stream.ts',
  find: '    const startMs = Date.parse(cue.start)\n',
  replace: `    const startMs = Date.parse(cue.start)
    if (startMs < (this.cues.at(-1)?.startMs ?? 0)) return\n`,
  test: {
    file: 'test/engines/search-margins.test.ts',
    name: 'finds what came late, before what was said and indexed already',
  },
}
