import type { Config } from '../../server/config.ts'
import { usageError } from './exit.ts'

/** The server's settings: flags, the environment, and the files it names. All that is wrong is told at once. */
export async function readConfig(flags: Readonly<Record<string, string>>): Promise<Config> {
  const { parseConfig } = await import('../../server/config.ts')
  const { withSecretFiles } = await import('../../server/secret-files.ts')
  const { env, problems } = withSecretFiles(process.env)
  const parsed = parseConfig({ ...env, ...flags })
  const all = parsed.ok ? problems : [...problems, ...parsed.problems]
  if (!parsed.ok || all.length > 0) throw usageError(`the settings are wrong: ${all.join('; ')}`)
  return parsed.config
}
