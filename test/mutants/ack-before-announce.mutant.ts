import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks: 'A producer is acknowledged before readers are told: who dies between tells them never.',
  file: 'src/server/core/ingest/ingest-session.ts',
  find: `    if (result.entries.length > 0)
      broker.announce({ type: 'entries', channel, entries: result.entries })`,
  replace: `    this.acknowledge()
    if (result.entries.length > 0)
      broker.announce({ type: 'entries', channel, entries: result.entries })`,
  test: {
    file: 'test/server/ingest-order.test.ts',
    name: 'says nothing before the log has it, then tells readers, then acknowledges',
  },
}
