import { formatStatusAddress, parseStatusAddress } from '../client/status/address.ts'
import type { Status } from '../client/status/facts.ts'
import { StatusServer } from '../client/status/server.ts'
import { messageOf } from '../protocol/message-of.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'

/** Tells the status where the operator asked for it; null when nobody did. */
export async function openStatus(
  at: string | undefined,
  read: () => Status,
): Promise<StatusServer | null> {
  if (at === undefined) return null
  const address = parseStatusAddress(at)
  if (address === undefined)
    throw usageError(
      `--status: expected a port such as 8081, HOST:PORT or the path of a socket, and got ${at.slice(0, 100)}`,
    )
  try {
    return await StatusServer.open(address, read)
  } catch (error) {
    throw new ExitError(
      exitCodes.failed,
      `the status cannot be told at ${formatStatusAddress(address)}: ${reasonOf(error)}; choose another --status`,
      { cause: error },
    )
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return 'it is in use by another program'
  if (code === 'EACCES') return 'this user may not listen there'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return 'that is no address of this machine'
  if (code === 'ENOENT') return 'there is no such folder'
  return messageOf(error)
}
