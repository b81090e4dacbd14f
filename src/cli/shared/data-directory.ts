import type { Option } from 'commander'
import { messageOf } from '../../protocol/message-of.ts'
import type { Accounts } from '../../server/ports/accounts.ts'
import type { Directory } from '../../server/ports/directory.ts'
import { flag } from './environment.ts'
import { ExitError, exitCodes } from './exit.ts'
import { sharedDatabaseUrl, withAdministration } from './shared-database.ts'

export function dataFlag(): Option {
  return flag('--data <dir>', 'data folder').default('./data')
}

/** Works on channels and tokens, of the database that nodes share or of a data folder, beside servers that may be running. */
export async function withDirectory<T>(
  dataDir: string,
  work: (directory: Directory) => T | Promise<T>,
): Promise<T> {
  const shared = await sharedDatabaseUrl()
  if (shared !== undefined) return withAdministration(shared, ({ directory }) => work(directory))
  const { openSqliteDirectory } = await import('../../server/engines/sqlite/sqlite-directory.ts')
  return withOpened(dataDir, () => openSqliteDirectory(dataDir, { pollEveryMs: null }), work)
}

/** The same for people. */
export async function withAccounts<T>(
  dataDir: string,
  work: (accounts: Accounts) => T | Promise<T>,
): Promise<T> {
  const shared = await sharedDatabaseUrl()
  if (shared !== undefined) return withAdministration(shared, ({ accounts }) => work(accounts))
  const { openSqliteAccounts } = await import('../../server/engines/sqlite/sqlite-accounts.ts')
  return withOpened(dataDir, () => openSqliteAccounts(dataDir, { pollEveryMs: null }), work)
}

async function withOpened<O extends AsyncDisposable, T>(
  dataDir: string,
  open: () => O,
  work: (opened: O) => T | Promise<T>,
): Promise<T> {
  let opened: O
  try {
    opened = open()
  } catch (error) {
    const reason = messageOf(error)
    throw new ExitError(
      exitCodes.failed,
      `the data folder ${dataDir} cannot be used: ${reason}; --data names another`,
      { cause: error },
    )
  }
  await using own = opened
  try {
    return await work(own)
  } catch (error) {
    if (error instanceof ExitError) throw error
    const reason = messageOf(error)
    throw new ExitError(
      exitCodes.failed,
      `the data folder ${dataDir} cannot be written: ${reason}; nothing was changed`,
      { cause: error },
    )
  }
}
