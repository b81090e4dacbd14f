import type { Command } from 'commander'
import type { DemoFlags } from '../demo.ts'
import { flag } from '../shared/environment.ts'

/** `ccr demo`: what `npm start` runs. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('run the repository with sample channels, each fed by a real ccr send')
    .addOption(flag('--data <dir>', 'folder of the archive').default('./data'))
    .addOption(flag('--port <number>', 'port to listen on (default: 8080, or a free one if taken)'))
    .addOption(flag('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addOption(
      flag('--samples <dir>', 'folder with a channels.json and its streams (default: our own)'),
    )
    .addHelpText(
      'after',
      '\nExample:\n  ccr demo --port 8080            open the address it prints\n  ccr demo --samples ./mine       feed your own recordings instead',
    )
    .action(async (options: DemoFlags) => {
      const { runDemo } = await import('../demo.ts')
      await runDemo(options)
    })
}
