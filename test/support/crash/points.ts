import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A moment of `src/` at which a process can be made to die: `ccr:<area>.<moment>`. */
export interface CrashPoint {
  readonly name: string
  readonly side: 'server' | 'sender'
}

const source = fileURLToPath(new URL('../../../src/', import.meta.url))

/**
 * What these rounds never come by: test/crash/redecode.crash.ts, test/client/spool-limit.test.ts,
 * test/crash/delivery.test.ts and test/crash/alerts.test.ts stop there.
 */
export const elsewhere = /^ccr:(?:inbox\.|delivery\.|alerts\.|spool\.(?:thinned|dropping)$)/

/** All there are, read from the sources: one that is added takes part at once. */
export function findCrashPoints(): readonly CrashPoint[] {
  const files = globSync('{server,client}/**/*.ts', { cwd: source }).sort()
  return files.flatMap((file) => {
    const text = readFileSync(source + file, 'utf8')
    const found = [...text.matchAll(/\w+\('(ccr:[a-z]+\.[a-z-]+)'\)/g)].map(
      ([, name = '']): CrashPoint => ({
        name,
        side: file.startsWith('client') ? 'sender' : 'server',
      }),
    )
    return found.filter(({ name }) => !elsewhere.test(name))
  })
}

const preload = fileURLToPath(new URL('./kill-at-point.ts', import.meta.url))

/** What a process needs in its environment to die as the plan file says. */
export function crashEnvironment(planFile: string): Record<string, string> {
  return {
    NODE_OPTIONS: `--import=${preload}`,
    CRASH_PLAN: planFile,
    CRASH_POINTS: findCrashPoints()
      .map(({ name }) => name)
      .join(' '),
  }
}
