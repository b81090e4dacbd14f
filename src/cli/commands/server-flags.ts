import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'

/** The flags of a command that asks a server as somebody. */
export function withServer(command: Command): Command {
  return command
    .addOption(flag('--server <url>', 'address of the repository').default('http://127.0.0.1:8080'))
    .addOption(flag('--token <token>', 'one of your own'))
}
