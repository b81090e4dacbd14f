import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Subject } from './peer.ts'
import type { Way } from './rule.ts'
import { feedRules } from './rules.ts'
import { checkRule, reasonToSkip } from './run.ts'

export interface SetUp {
  readonly way: Way
  /** Whether this set-up waits for the rules of half a minute. */
  readonly slow?: boolean
  /** Whether it can make its server drain. */
  readonly drains?: boolean
  readonly subject: () => Subject
}

/** The feed protocol as tests, one a rule; a set-up leaves out only what cannot pass its way. */
export function feedConformance(name: string, { way, slow = false, drains, subject }: SetUp): void {
  const drain = drains === true ? () => Promise.resolve() : undefined
  const rules = feedRules.filter((rule) => reasonToSkip(rule, { drain }, { way, slow }) === null)
  describe(`feed protocol: ${name}`, { concurrency: 4 }, () => {
    for (const rule of rules.filter(({ needsDrain }) => needsDrain !== true))
      it(rule.name, async () => assert.equal(await checkRule(rule, subject()), null))
  })
  if (drains !== true) return
  describe(`feed protocol, draining: ${name}`, () => {
    for (const rule of rules.filter(({ needsDrain }) => needsDrain === true))
      it(rule.name, async () => assert.equal(await checkRule(rule, subject()), null))
  })
}
