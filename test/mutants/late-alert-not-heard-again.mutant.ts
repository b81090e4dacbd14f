import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 3,
  breaks: 'What was said before the leader knew of an alert of another node is never matched.',
  file: 'src/server/core/alerts/known-alerts.ts',
  find: "if (how === 'made elsewhere' && book.get(alert.id)?.since !== alert.since) late.push(alert)",
  replace:
    "if (how === 'begun with' && book.get(alert.id)?.since !== alert.since) late.push(alert)",
  test: {
    file: 'test/server/alert-nodes.test.ts',
    name: 'hears for an alert that was made, or changed, on another before it was told of it',
  },
}
