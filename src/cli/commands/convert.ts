import { Option, type Command } from 'commander'
import type { ConvertFlags } from '../convert/convert.ts'

/** `ccr convert`: caption files into one another. */
export function registerConvert(program: Command): void {
  program
    .command('convert')
    .description('make a caption file of another, or of a recording; no server is needed')
    .argument(
      '<in>',
      'recording (transport stream, RCWT, SCC, MCC), transcript of CCExtractor, or captions (SRT, WebVTT, TTML, JSON, CSV); - for standard input',
    )
    .argument(
      '<out>',
      'file to write: srt, vtt, ttml, scc, txt, json, jsonl, csv or bin (RCWT), by its name; - for standard output',
    )
    .option('--format <format>', 'format of <in>; needed for standard input only')
    .option(
      '--to <format>',
      'format of <out>; needed for standard output, and names that do not tell',
    )
    .option(
      '--tracks <list>',
      'tracks to keep, with their languages if known: CC1:en,CC3:es (default: all that <out> can hold)',
    )
    .option('--shift <time>', 'move all times, such as 1.5s or -500ms')
    .option(
      '--start-at <time>',
      'wall clock of 00:00:00, for json, jsonl, csv and txt, such as 2026-11-24T18:00:00Z',
    )
    .option('--time-zone <zone>', 'IANA zone of the times in txt', 'UTC')
    .addOption(new Option('-f, --force', 'write over a file that exists'))
    .addHelpText(
      'after',
      `
Examples:
  ccr convert recording.ts captions.srt
  ccr convert news.bin spanish.vtt --tracks CC3:es
  ccr convert subtitles.srt captions.scc --shift -1.5s
  ccr convert captions.vtt - --to json | jq '.items[].text'

Line 21 goes from ts, bin, scc and mcc to scc and bin as it was broadcast; every other way decodes it. What the new format
cannot hold is counted on standard error.`,
    )
    .action(async (from: string, to: string, flags: ConvertFlags) => {
      const { runConvert } = await import('../convert/convert.ts')
      await runConvert(from, to, flags)
    })
}
