import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 2,
  breaks: 'Events are acknowledged before the log has them.',
  file: 'src/server/core/ingest/ingest-session.ts',
  find: `    let result
    try {`,
  replace: `    let result
    this.#stored = this.#received = Math.max(this.#received, events.at(-1)?.seq ?? 0)
    this.acknowledge()
    try {`,
  test: {
    file: 'test/server/ingest-order.test.ts',
    name: 'says nothing before the log has it, then tells readers, then acknowledges',
  },
}
