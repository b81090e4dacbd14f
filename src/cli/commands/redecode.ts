import type { Command } from 'commander'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { refuseSharedDatabase } from '../shared/shared-database.ts'
import type { RedecodeFlags } from '../redecode.ts'

/** `ccr redecode`: text again from the original bytes. */
export function registerRedecode(program: Command): void {
  program
    .command('redecode')
    .description(
      'make the text again from the stored BIN with this decoder, show what differs, and store it beside the old',
    )
    .addOption(flag('--channel <id>', 'whose text').makeOptionMandatory())
    .addOption(flag('--run <run>', 'only this run'))
    .addOption(flag('--from <time>', 'only runs that go on at or after this time'))
    .addOption(flag('--to <time>', 'only runs that began before this time'))
    .addOption(
      flag(
        '--tracks <list>',
        'tracks to decode, such as CC1,S1 (default: those known, and S1 to S63 where they say what none of those does)',
      ),
    )
    .addOption(flag('--dry-run', 'compare, and store nothing'))
    .addOption(
      flag(
        '--force',
        'store it also where nothing differs, or where some of the BIN was never stored',
      ),
    )
    .addOption(dataFlag())
    .addOption(flag('--json', 'one result a line, as JSON, with every difference'))
    .addHelpText(
      'after',
      '\nWorks while a server runs on the data folder, and when none does. Whole runs are made again.\n\nExamples:\n  ccr redecode --channel wxyz --dry-run\n  ccr redecode --channel wxyz --from 2026-03-01 --to 2026-04-01',
    )
    .action(async (flags: RedecodeFlags) => {
      await refuseSharedDatabase('unset it to work on a folder')
      const { runRedecode } = await import('../redecode.ts')
      await runRedecode(flags)
    })
}
