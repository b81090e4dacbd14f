import type { Command } from 'commander'
import { messageOf } from '../../protocol/message-of.ts'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { refuseSharedDatabase } from '../shared/shared-database.ts'
import { ExitError, exitCodes } from '../shared/exit.ts'
import { createProgress, formatBytes } from '../shared/progress.ts'
import { readVersion } from '../version.ts'

/** `ccr backup`: a whole copy of a data folder, while a server works on it. */
export function registerBackup(program: Command): void {
  program
    .command('backup <dest>')
    .description('copy everything into a new folder in DEST, while the server runs or not')
    .addOption(dataFlag())
    .addOption(flag('--json', 'print what was made as JSON'))
    .addHelpText(
      'after',
      '\nRuns into the same DEST share what has not changed; each is whole by itself, and may be deleted.\n\nExample:\n  ccr backup /mnt/backups/ccr --data /var/lib/ccr',
    )
    .action(async (destination: string, flags: { data: string; json?: boolean }) => {
      await refuseSharedDatabase('back up PostgreSQL and the objects (docs/operations.md)')
      const { backUp } = await import('../../server/engines/sqlite/admin/backup.ts')
      const progress = createProgress()
      let made
      try {
        made = backUp({
          dataDir: flags.data,
          destination,
          version: readVersion(),
          nowMs: Date.now(),
          onFile: (files, bytes) => progress.show(`${files} files, ${formatBytes(bytes)}`),
        })
      } catch (error) {
        const reason = messageOf(error)
        throw new ExitError(exitCodes.failed, `no backup was made: ${reason}`, { cause: error })
      } finally {
        progress.clear()
      }
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify(made)}\n`
          : `backed up ${made.files} files (${formatBytes(made.bytes)}, ${made.shared} of them unchanged) to ${made.folder}\n`,
      )
    })
}
