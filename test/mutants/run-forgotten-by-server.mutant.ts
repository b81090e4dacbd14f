import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A server that was started again no longer knows which cues of a run it has.',
  file: 'src/server/engines/sqlite/log/log-books.ts',
  find: `    for (const track of this.#shelves.runTracks.all(id))
      note.cues.set(text(track, 'track'), new IdSpans(json(track, 'cues') as [number, number][]))\n`,
  replace: '',
  test: {
    file: 'test/engines/sqlite-faults.test.ts',
    name: 'keeps its numbers, fences, identities and epoch when opened again',
  },
}
