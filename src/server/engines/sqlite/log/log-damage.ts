import { logFile } from '../data-folder.ts'
import { isDatabaseDamage, storageFailure } from '../database.ts'

/**
 * Why the server cannot go on, when an error of log.db means that it is damaged; undefined for any other
 * error. Going on would acknowledge what a damaged database may not hold.
 */
export function logDamage(dataDir: string, error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  return isDatabaseDamage(cause) ? sayDamage(dataDir, storageFailure(cause) ?? '') : undefined
}

export function sayDamage(dataDir: string, reason: string): string {
  return `${logFile(dataDir)} cannot be relied on: ${reason}. Nothing that was not safe has been acknowledged, and senders keep what is not. Keep this folder aside, restore a backup with ccr restore, and start again; ccr verify says what else is wrong`
}
