import type { Command } from 'commander'
import type { DownloadFlags } from '../download.ts'
import { flag } from '../shared/environment.ts'

const formats = ['srt', 'vtt', 'ttml', 'scc', 'txt', 'json', 'jsonl', 'csv', 'bin']

/** `ccr download`: a part of the archive as a file. */
export function registerDownload(program: Command): void {
  program
    .command('download')
    .description('save a range, or airings, of a channel as a file')
    .addOption(flag('--server <url>', 'address of the repository').default('http://127.0.0.1:8080'))
    .addOption(flag('--channel <id>', 'channel to download from').makeOptionMandatory())
    .addOption(flag('--token <token>', 'for channels that are not public'))
    .addOption(flag('--from <when>', 'a time, or how long ago: 2h (default: since ever)'))
    .addOption(flag('--to <when>', 'a time, or how long ago (default: now)'))
    .addOption(flag('--track <list>', 'tracks, such as CC1,CC3 (default: all)'))
    .addOption(flag('--format <format>', 'default: by the name of --out, or srt').choices(formats))
    .addOption(flag('--airing <id...>', 'an airing in place of a range; several come as one zip'))
    .addOption(flag('--zero <what>', 'what 00:00:00 is').choices(['range', 'clock']))
    .addOption(
      flag('--out <file>', 'where to save it; - is standard output (default: a name of its own)'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  ccr download --channel news-one --from 2026-11-24T18:00:00Z --to 2026-11-24T19:00:00Z --track CC1 --format srt\n  ccr download --channel news-one --from 2h --format txt --out - | grep -i harbour',
    )
    .action(async (flags: DownloadFlags) => {
      const { runDownload } = await import('../download.ts')
      await runDownload(flags)
    })
}
