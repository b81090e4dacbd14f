import type { Engines } from './open-engines.ts'
import type { WhenThereOptions } from './open-when-there.ts'

/**
 * What several nodes share. The clients of Redis, PostgreSQL and S3 are half of what a server would load: one that is alone
 * does without.
 */
export async function openSeveral(options: WhenThereOptions): Promise<Engines> {
  const { openWhenThere } = await import('./open-when-there.ts')
  return openWhenThere(options)
}
