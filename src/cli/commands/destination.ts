import type { Command } from 'commander'
import type { AddDestinationFlags, DestinationFlags } from '../destination.ts'
import { flag } from '../shared/environment.ts'
import { withServer } from './server-flags.ts'

/** `ccr destination`: where one's notifications go, through the server's API. */
export function registerDestination(program: Command): void {
  const destination = program
    .command('destination')
    .description('where your notifications go, and what became of them')
  withServer(destination.command('list').description('your destinations'))
    .addOption(flag('--json', 'one destination a line'))
    .action(async (flags: DestinationFlags) => {
      const { listDestinations } = await import('../destination.ts')
      await listDestinations(flags)
    })
  withServer(
    destination.command('add').description('add one; prints its id, and a webhook’s secret'),
  )
    .argument('<kind>', 'email, webhook, ntfy or chat')
    .argument('<where>', 'an address, a URL, or a topic of ntfy.sh')
    .addOption(flag('--name <text>', 'what it is called (default: where it is)'))
    .option('--format <format>', 'of chat: slack, discord or matrix')
    .addOption(flag('--json', 'print it as JSON'))
    .addHelpText(
      'after',
      '\nExamples:\n  ccr destination add webhook https://example.org/hook --token "$TOKEN"\n  ccr destination add ntfy https://ntfy.example.org/newsroom --token "$TOKEN"',
    )
    .action(async (kind: string, where: string, flags: AddDestinationFlags) => {
      const { addDestination } = await import('../destination.ts')
      await addDestination(kind, where, flags)
    })
  withServer(destination.command('test').description('send something there now'))
    .argument('<id>', 'as ccr destination list shows it')
    .action(async (id: string, flags: DestinationFlags) => {
      const { testDestination } = await import('../destination.ts')
      await testDestination(id, flags)
    })
  withServer(destination.command('remove').description('nothing is sent there any more'))
    .argument('<id>', 'as ccr destination list shows it')
    .action(async (id: string, flags: DestinationFlags) => {
      const { removeDestination } = await import('../destination.ts')
      await removeDestination(id, flags)
    })
  withServer(destination.command('deliveries').description('what became of notifications'))
    .addOption(flag('--json', 'one delivery a line'))
    .action(async (flags: DestinationFlags) => {
      const { listDeliveries } = await import('../destination.ts')
      await listDeliveries(flags)
    })
}
