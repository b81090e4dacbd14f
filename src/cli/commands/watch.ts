import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'
import type { WatchFlags } from '../watch.ts'

/** `ccr watch`: live captions in the terminal. */
export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description('follow channels live in the terminal')
    .addOption(flag('--server <url>', 'address of the repository').default('http://127.0.0.1:8080'))
    .addOption(
      flag(
        '--channel <id...>',
        'channel to follow; more than one may be named',
      ).makeOptionMandatory(),
    )
    .addOption(flag('--token <token>', 'for channels that are not public'))
    .addOption(flag('--tracks <list>', 'tracks to show, such as CC1,CC3 (default: all)'))
    .addOption(flag('--query <query>', 'only cues that match'))
    .addOption(
      flag('--since <when>', 'latest, a position (epoch.seq), a time, or how long ago: 10m'),
    )
    .addOption(flag('--json', 'one decoded event a line'))
    .addHelpText(
      'after',
      '\nExamples:\n  ccr watch --channel news-one\n  ccr watch --server https://captions.example --channel news-one sport --since 10m\n  ccr watch --channel news-one --json | jq -r \'select(.type == "cue").text\'',
    )
    .action(async (options: WatchFlags) => {
      const { runWatch } = await import('../watch.ts')
      await runWatch(options)
    })
}
