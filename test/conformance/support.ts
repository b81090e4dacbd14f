import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

/** Rules an engine cannot keep, each with its reason. */
export type Skips = Readonly<Record<string, string>>

export type Rule<T> = (name: string, check: (subject: T) => Promise<void> | void) => void

/** A suite that opens a fresh subject for every rule, and fails when a skip names no rule. */
export function conformance<T extends AsyncDisposable>(
  title: string,
  open: () => Promise<T>,
  skip: Skips,
  rules: (rule: Rule<T>) => void,
): void {
  describe(title, () => {
    const names = new Set<string>()
    rules((name, check) => {
      names.add(name)
      it(name, { skip: skip[name] ?? false }, async () => {
        await using subject = await open()
        await check(subject)
      })
    })
    it('skips only rules that exist', () => {
      assert.deepEqual(
        Object.keys(skip).filter((name) => !names.has(name)),
        [],
      )
    })
  })
}
