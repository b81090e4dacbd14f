import pg from 'pg'
import { CcrError } from '../../../protocol/codes.ts'

/**
 * SQLSTATEs that say "not now": connection, resources, an operator's intervention, the system around it, and what idled in a
 * transaction.
 */
const passing = /^(?:08|53|57|58|40|25P03)/
/** What sockets and the names of hosts say of a server that is not there. */
const away = /^(?:ECONN|EHOST|ENET|EPIPE$|ETIMEDOUT$|ENOTFOUND$|EAI_AGAIN$)/

/** Whether trying again can help: no answer, or one that says so. */
export function isPassing(error: unknown): boolean {
  if (error instanceof CcrError) return false
  if (error instanceof pg.DatabaseError) return passing.test(error.code ?? '')
  // What did not come from the server: sockets, time-outs, the pool.
  return error instanceof Error && ('code' in error || isOfTheDriver(error))
}

/**
 * The same for whoever has not reached it yet and changes nothing: a certificate that is refused, or a file that is missing,
 * is so until somebody puts it right.
 */
export function isMendedByWaiting(error: unknown): boolean {
  if (error instanceof CcrError)
    return (
      error.code === 'storage-unavailable' &&
      (error.cause === undefined || isMendedByWaiting(error.cause))
    )
  if (!isPassing(error) || !(error instanceof Error)) return false
  if (error instanceof pg.DatabaseError) return true
  if (!('code' in error)) return !error.message.includes('does not support SSL')
  // Of a socket in the file system that is not there yet, the code is that of a missing file.
  const isConnecting = 'syscall' in error && error.syscall === 'connect'
  return isConnecting || away.test(String(error.code))
}

function isOfTheDriver({ message }: Error): boolean {
  return /timeout|terminat|closed|connect|not queryable|pool after calling end/i.test(message)
}
