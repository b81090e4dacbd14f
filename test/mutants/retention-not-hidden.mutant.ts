import type { Mutant } from './mutant.ts'

export const mutant: Mutant = {
  invariant: 8,
  breaks: 'What is past a channel’s retention is shown until it is removed.',
  file: 'src/policy/view.ts',
  find: 'retentionMs: policy.retentionDays === null ? null : policy.retentionDays * 86_400_000,',
  replace:
    'retentionMs: policy.retentionDays === null ? null : policy.retentionDays * 86_400_000_000,',
  test: {
    file: 'test/admin/retention.test.ts',
    name: 'hides at once what is past it, removes it at the next pass, and tells readers',
  },
}
