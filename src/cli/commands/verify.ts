import type { Command } from 'commander'
import { messageOf } from '../../protocol/message-of.ts'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { refuseSharedDatabase } from '../shared/shared-database.ts'
import { ExitError, exitCodes } from '../shared/exit.ts'
import { createProgress } from '../shared/progress.ts'
import { formatTable } from '../shared/table.ts'

/** `ccr verify`: whether everything in a data folder is as it must be. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .description('check everything that is stored, while the server runs or not; changes nothing')
    .addOption(dataFlag())
    .addOption(flag('--json', 'print what was found as JSON'))
    .addHelpText(
      'after',
      '\nEnds with 1 when anything is wrong.\n\nExample:\n  ccr verify --data /var/lib/ccr',
    )
    .action(async (flags: { data: string; json?: boolean }) => {
      await refuseSharedDatabase('unset it to check the folder')
      const { verify } = await import('../../server/engines/sqlite/admin/verify/verify.ts')
      const progress = createProgress()
      let verdict
      try {
        verdict = verify({
          dataDir: flags.data,
          nowMs: Date.now(),
          onCount: (counts) =>
            progress.show([...counts].map(([kind, n]) => `${n} ${kind}`).join(', ')),
        })
      } catch (error) {
        const reason = messageOf(error)
        throw new ExitError(exitCodes.failed, `nothing was checked: ${reason}`, { cause: error })
      } finally {
        progress.clear()
      }
      const { counts, problems, unlisted } = verdict
      if (flags.json === true) process.stdout.write(`${JSON.stringify(verdict)}\n`)
      else {
        const table = Object.entries(counts).map(([kind, n]) => [kind, String(n)])
        process.stdout.write(formatTable([['FOUND', 'COUNT'], ...table]))
        for (const problem of problems) process.stdout.write(`${problem}\n`)
        if (verdict.ok) process.stdout.write('everything is as it must be\n')
      }
      const found = problems.length + unlisted
      if (found > 0)
        throw new ExitError(
          exitCodes.failed,
          `${found === 1 ? '1 problem was' : `${found} problems were`} found in ${flags.data}; make a copy of the folder before anything is tried`,
        )
    })
}
