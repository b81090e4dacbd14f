import type { Command } from 'commander'
import { messageOf } from '../../protocol/message-of.ts'
import { refuseSharedDatabase } from '../shared/shared-database.ts'
import { dataFlag } from '../shared/data-directory.ts'
import { ExitError, exitCodes } from '../shared/exit.ts'
import { createProgress } from '../shared/progress.ts'

/** `ccr restore`: a new data folder from a backup. */
export function registerRestore(program: Command): void {
  program
    .command('restore <backup>')
    .description('make a new data folder of a backup, or of the newest in a folder of backups')
    .addOption(dataFlag())
    .addHelpText(
      'after',
      '\nThe folder must be new or empty. Readers are told that it is another log (a new epoch), senders send again\nwhat they still have, and what nobody has any more becomes a gap.\n\nExample:\n  ccr restore /mnt/backups/ccr --data /var/lib/ccr-new',
    )
    .action(async (backup: string, flags: { data: string }) => {
      await refuseSharedDatabase('restore PostgreSQL and the objects (docs/operations.md)')
      const { restore } = await import('../../server/engines/sqlite/admin/restore.ts')
      const progress = createProgress()
      let made
      try {
        made = restore({
          backup,
          dataDir: flags.data,
          onFile: (what, files, of) => progress.show(`${what} ${files} of ${of} files`),
        })
      } catch (error) {
        const reason = messageOf(error)
        throw new ExitError(exitCodes.failed, `nothing was restored: ${reason}`, { cause: error })
      } finally {
        progress.clear()
      }
      process.stdout.write(
        `restored ${made.files} files, ${made.channels} channels, as of ${made.at}, to ${flags.data}\n` +
          `start it with: ccr serve --data ${flags.data}\n` +
          'tokens revoked since then are valid again: ccr token list shows them\n',
      )
    })
}
