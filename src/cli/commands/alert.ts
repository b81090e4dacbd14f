import type { Command } from 'commander'
import type { AddAlertFlags, AlertFlags, MentionFlags } from '../alert.ts'
import { flag } from '../shared/environment.ts'
import type { RehearseFlags } from '../rehearse.ts'
import { withServer } from './server-flags.ts'

const queryHelp = 'words, "a phrase", OR, NEAR/5, -without, channel:… (docs/query.md)'

/** `ccr alert`: who is told of what, through the server's API. */
export function registerAlert(program: Command): void {
  const alert = program.command('alert').description('who is told of what is said')
  withServer(alert.command('list').description('alerts, and how much each found'))
    .addOption(flag('--owner <user>', 'whose, by id; for administrators'))
    .addOption(flag('--json', 'one alert a line'))
    .action(async (flags: AlertFlags) => {
      const { listAlerts } = await import('../alert.ts')
      await listAlerts(flags)
    })
  withServer(alert.command('add').description('make an alert; prints its id'))
    .argument('<query>', queryHelp)
    .addOption(flag('--name <text>', 'what it is called (default: the query)'))
    .addOption(flag('--channel <list>', 'channels, such as news-one,sport (default: all)'))
    .addOption(
      flag('--rate <rate>', 'at-once, hourly, daily@07:30, weekly@monday@07:30, never').default(
        'at-once',
      ),
    )
    .addOption(
      flag(
        '--volume <rule>',
        'tell, too, when it is said more than usual: so many deviations, and in an hour at least so often, such as 3/10',
      ),
    )
    .addOption(flag('--destination <list>', 'ids (default: the address of the account)'))
    .addOption(flag('--owner <user>', 'whose, by id; for administrators'))
    .addOption(flag('--json', 'print the alert as JSON'))
    .addHelpText(
      'after',
      '\nExample:\n  ccr alert add \'"harbour bridge" -concert\' --channel news-one --rate hourly --token "$TOKEN"',
    )
    .action(async (query: string, flags: AddAlertFlags) => {
      const { addAlert } = await import('../alert.ts')
      await addAlert(query, flags)
    })
  withServer(alert.command('mentions').description('what an alert found, newest first'))
    .argument('<id>', 'as ccr alert list shows it')
    .addOption(flag('--limit <number>', 'how many').default('20'))
    .addOption(flag('--json', 'one mention a line'))
    .action(async (id: string, flags: MentionFlags) => {
      const { listMentions } = await import('../alert.ts')
      await listMentions(id, flags)
    })
  for (const [name, does, paused] of [
    ['pause', 'nothing is matched until it is resumed', true],
    ['resume', 'go on from now', false],
  ] as const)
    withServer(alert.command(name).description(does))
      .argument('<id>', 'as ccr alert list shows it')
      .action(async (id: string, flags: AlertFlags) => {
        const { pauseAlert } = await import('../alert.ts')
        await pauseAlert(id, paused, flags)
      })
  withServer(alert.command('mute').description('keep in the history what is said, and tell nobody'))
    .argument('<id>', 'as ccr alert list shows it')
    .addOption(flag('--for <time>', 'how long, such as 8h; 0 ends it').default('1d'))
    .action(async (id: string, flags: AlertFlags & { readonly for: string }) => {
      const { muteAlert } = await import('../alert.ts')
      await muteAlert(id, flags)
    })
  withServer(alert.command('remove').description('remove an alert, and its history'))
    .argument('<id>', 'as ccr alert list shows it')
    .action(async (id: string, flags: AlertFlags) => {
      const { removeAlert } = await import('../alert.ts')
      await removeAlert(id, flags)
    })
  withServer(
    alert
      .command('rehearse')
      .description('how often an alert would have told of a query, and what else to ask for'),
  )
    .argument('<query>', queryHelp)
    .addOption(flag('--channel <list>', 'channels, such as news-one,sport (default: all)'))
    .addOption(flag('--days <number>', 'how far back').default('30'))
    .addOption(flag('--json', 'the answer as it is'))
    .addHelpText('after', '\nExample:\n  ccr alert rehearse \'"harbour bridge" -concert\' --days 7')
    .action(async (query: string, flags: RehearseFlags) => {
      const { runRehearse } = await import('../rehearse.ts')
      await runRehearse(query, flags)
    })
}
