import type { Command } from 'commander'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { refuseSharedDatabase } from '../shared/shared-database.ts'
import type { IndexFlags } from '../reindex.ts'

/** `ccr index`: the search index, made again. */
export function registerIndex(program: Command): void {
  program
    .command('index')
    .description('make the search index again from what is stored, while a server runs or not')
    .addOption(dataFlag())
    .addOption(flag('--month <list>', 'months, such as 2026-10,2026-11 (default: all)'))
    .addHelpText(
      'after',
      '\nSearches find everything meanwhile, in the old index or the log.\n\nExample:\n  ccr index --data /var/lib/ccr --month 2026-11',
    )
    .action(async (flags: IndexFlags) => {
      await refuseSharedDatabase('its index is made as cues are stored')
      const { runIndex } = await import('../reindex.ts')
      await runIndex(flags)
    })
}
