import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'
import type { StatusFlags } from '../status.ts'

/** `ccr status`: the channels of a running `ccr send`. */
export function registerStatus(program: Command): void {
  program
    .command('status')
    .description('show how the channels of a running ccr send are')
    .argument('[address]', 'where it tells its status: a port, HOST:PORT or a path')
    .addOption(flag('--status <address>', 'the same, as ccr send was told'))
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  ccr send --config /etc/ccr/channels.yaml --status 8081
  ccr status 8081
  curl http://127.0.0.1:8081/metrics`,
    )
    .action(async (address: string | undefined, flags: StatusFlags) => {
      const { runStatus } = await import('../status.ts')
      await runStatus(address, flags)
    })
}
