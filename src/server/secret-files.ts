import { readFileSync } from 'node:fs'
import { messageOf } from '../protocol/message-of.ts'
import { secretSettings } from './config.ts'

/** Such a file holds one line. */
const mostBytes = 64 * 1024

/**
 * The environment with what files hold of it: `CCR_X_FILE` names a file whose first line is `CCR_X`, as orchestrators hand
 * out secrets. `problems` say which cannot be read; what they hold is never quoted.
 */
export function withSecretFiles(env: Readonly<Record<string, string | undefined>>): {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly problems: readonly string[]
} {
  const read: Record<string, string> = {}
  const problems: string[] = []
  for (const name of secretSettings) {
    const file = env[`${name}_FILE`]
    if (file === undefined || file === '') continue
    if ((env[name] ?? '') !== '') {
      problems.push(`${name} and ${name}_FILE: one of them is enough`)
      continue
    }
    try {
      const [line = ''] = readFileSync(file).subarray(0, mostBytes).toString('utf8').split(/\r?\n/)
      if (line.trim() === '') problems.push(`${name}_FILE: the first line of ${file} is empty`)
      else read[name] = line.trim()
    } catch (error) {
      const reason = messageOf(error)
      problems.push(`${name}_FILE: ${reason}`)
    }
  }
  return { env: { ...env, ...read }, problems }
}
