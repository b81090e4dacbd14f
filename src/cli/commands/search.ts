import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'
import type { SearchFlags } from '../search.ts'

/** `ccr search`: the archive's search from the shell. */
export function registerSearch(program: Command): void {
  program
    .command('search')
    .description('find what was said, wherever it was said')
    .argument(
      '<query>',
      'words, "a phrase", OR, NEAR/5, -without, channel:… lang:… from:… (docs/query.md)',
    )
    .addOption(flag('--server <url>', 'address of the repository').default('http://127.0.0.1:8080'))
    .addOption(flag('--token <token>', 'for channels that are not public'))
    .addOption(flag('--channel <list>', 'channels, such as news-one,sport (default: all)'))
    .addOption(flag('--track <list>', 'tracks, such as CC1,CC3 (default: all)'))
    .addOption(flag('--from <when>', 'a time, or how long ago: 7d (default: since ever)'))
    .addOption(flag('--to <when>', 'a time, or how long ago (default: now)'))
    .addOption(
      flag('--order <order>', 'which comes first')
        .choices(['newest', 'oldest', 'relevance'])
        .default('newest'),
    )
    .addOption(flag('--limit <number>', 'passages to show; 0 shows all').default('20'))
    .addOption(flag('--timeline', 'how often it was said, by time, instead of where'))
    .addOption(flag('--json', 'one passage, or one step of the timeline, a line'))
    .addHelpText(
      'after',
      '\nEnds with 1 when nothing is found.\n\nExamples:\n  ccr search \'"harbour bridge" -concert\' --from 30d\n  ccr search storm --channel news-one --json --limit 0 | jq -r .text\n  ccr search storm --timeline --from 7d',
    )
    .action(async (query: string, flags: SearchFlags) => {
      const { runSearch } = await import('../search.ts')
      await runSearch(query, flags)
    })
}
