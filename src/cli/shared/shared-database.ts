import type { Administration } from '../../server/open-shared.ts'
import { ExitError, exitCodes, firstReason, usageError } from './exit.ts'

/** The database that nodes share, when the environment or a file that it names says one. */
export async function sharedDatabaseUrl(): Promise<string | undefined> {
  const given = ['CCR_DATABASE_URL', 'CCR_DATABASE_URL_FILE']
  if (given.every((name) => process.env[name] === undefined)) return undefined
  const { withSecretFiles } = await import('../../server/secret-files.ts')
  const { env, problems } = withSecretFiles({
    CCR_DATABASE_URL: process.env['CCR_DATABASE_URL'],
    CCR_DATABASE_URL_FILE: process.env['CCR_DATABASE_URL_FILE'],
  })
  if (problems.length > 0) throw usageError(`the settings are wrong: ${problems.join('; ')}`)
  return env['CCR_DATABASE_URL']
}

/** Works on what administrators decide, in the database that nodes share. */
export async function withAdministration<T>(
  databaseUrl: string,
  work: (administration: Administration) => T | Promise<T>,
): Promise<T> {
  const { openAdministration } = await import('../../server/open-shared.ts')
  try {
    await using own = await openAdministration(databaseUrl)
    return await work(own)
  } catch (error) {
    if (error instanceof ExitError) throw error
    throw databaseFailure(error)
  }
}

/** With what the database said itself; its address may hold a password, and is not named. */
export function databaseFailure(error: unknown): ExitError {
  return new ExitError(
    exitCodes.failed,
    `the database of CCR_DATABASE_URL cannot be used: ${firstReason(error)}`,
    { cause: error },
  )
}

/** For commands that need one. */
export function noDatabase(): ExitError {
  return usageError('CCR_DATABASE_URL: expected postgres://user:password@host:5432/ccr')
}

/** For commands that work on files: several nodes keep theirs elsewhere. */
export async function refuseSharedDatabase(instead: string): Promise<void> {
  if ((await sharedDatabaseUrl()) !== undefined)
    throw usageError(
      `this works on a data folder, and CCR_DATABASE_URL names a database; ${instead}`,
    )
}
