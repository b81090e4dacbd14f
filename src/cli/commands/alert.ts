import type { Command } from 'commander'
import type { RehearseFlags } from '../rehearse.ts'
import { flag } from '../environment.ts'

/** `ccr alert`: what an alert would tell. */
export function registerAlert(program: Command): void {
  const alert = program.command('alert').description('alerts: what would be told of a query')
  alert
    .command('rehearse')
    .description('how often an alert would have told of a query, and what else to ask for')
    .argument('<query>', 'words, "a phrase", OR, NEAR/5, -without, channel:… (docs/query.md)')
    .addOption(flag('--server <url>', 'address of the repository').default('http://127.0.0.1:8080'))
    .addOption(flag('--token <token>', 'for channels that are not public'))
    .addOption(flag('--channel <list>', 'channels, such as news-one,sport (default: all)'))
    .addOption(flag('--days <number>', 'how far back').default('30'))
    .addOption(flag('--json', 'the answer as it is'))
    .addHelpText('after', '\nExample:\n  ccr alert rehearse \'"harbour bridge" -concert\' --days 7')
    .action(async (query: string, flags: RehearseFlags) => {
      const { runRehearse } = await import('../rehearse.ts')
      await runRehearse(query, flags)
    })
}
