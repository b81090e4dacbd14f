import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'A live cue that comes late, after an outage, is acknowledged and not stored.',
  file: 'src/server/engines/rules/log-rules.ts',
  find: `    const value = {
      channel: this.#book.channel,
      track: event.track,`,
  replace: `    if (late && revised === undefined) return
    const value = {
      channel: this.#book.channel,
      track: event.track,`,
  test: {
    file: 'test/engines/sqlite-storage.test.ts',
    name: 'marks late what a live run brings more than 30 s after its end',
  },
}
