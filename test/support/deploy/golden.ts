import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'

/** What stands in place of ingress-nginx in the large cluster, or beside it; each has a golden file of what it changes. */
export const variants = ['ingress-traefik', 'ingress-alb', 'ingress-gke', 'ingress-azure', 'keda']

export function golden(name: string): string {
  return `test/deploy/golden/${name}.yaml`
}

/** Whether it is what is kept; UPDATE_GOLDEN=yes keeps it. */
export function assertGolden(name: string, made: string): void {
  if (process.env['UPDATE_GOLDEN'] === 'yes') writeFileSync(golden(name), made)
  const kept = readFileSync(golden(name), 'utf8').split('\n')
  const other = made.split('\n').findIndex((line, at) => line !== kept[at])
  assert.equal(made.split('\n')[other], kept[other], `line ${other + 1} of ${golden(name)}`)
  assert.equal(made.split('\n').length, kept.length)
}
