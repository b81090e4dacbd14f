import type { Option } from 'commander'
import type { Directory } from '../server/ports/directory.ts'
import { flag } from './environment.ts'
import { ExitError, exitCodes } from './exit.ts'

export function dataFlag(): Option {
  return flag('--data <dir>', 'data folder').default('./data')
}

/** Works on a data folder's channels and tokens, beside a server that may be running on it. */
export async function withDirectory<T>(
  dataDir: string,
  work: (directory: Directory) => T | Promise<T>,
): Promise<T> {
  const { openSqliteDirectory } = await import('../server/engines/sqlite-directory.ts')
  let directory: Directory
  try {
    directory = openSqliteDirectory(dataDir, { pollEveryMs: null })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ExitError(
      exitCodes.failed,
      `the data folder ${dataDir} cannot be used: ${reason}; --data names another`,
      { cause: error },
    )
  }
  await using open = directory
  try {
    return await work(open)
  } catch (error) {
    if (error instanceof ExitError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new ExitError(
      exitCodes.failed,
      `the data folder ${dataDir} cannot be written: ${reason}; nothing was changed`,
      { cause: error },
    )
  }
}
