import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'
import type { InspectFlags } from '../inspect.ts'

/** `ccr inspect`: what is in a source, before it is sent. */
export function registerInspect(program: Command): void {
  program
    .command('inspect')
    .description('tell what captions a source has; no server is needed')
    .argument('<source>', 'as --input of ccr send takes it')
    .addOption(flag('--format <format>', 'ts, rcwt, scc or mcc; needed for standard input only'))
    .option('--seconds <n>', 'how long a live source is listened to', '20')
    .option('--cues <n>', 'first captions to show', '5')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      `
Examples:
  ccr inspect recording.ts
  ccr inspect hdhomerun://192.168.1.20/5.1 --seconds 60
  ccr inspect 'multiplex.ts?program=3'
  ccr inspect recording.ts --json | jq .tracks

Ends with 0 when there are captions, 1 when there are none.`,
    )
    .action(async (source: string, options: InspectFlags) => {
      const { runInspect } = await import('../inspect.ts')
      await runInspect(source, options)
    })
}
