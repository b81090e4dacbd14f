import type { Command } from 'commander'
import { flag } from '../shared/environment.ts'

/** `ccr send`: the tuner side. */
export function registerSend(program: Command): void {
  program
    .command('send')
    .description('decode the captions of a source and feed them to a repository')
    .addOption(flag('--server <url>', 'address of the repository'))
    .addOption(
      flag(
        '--token <token>',
        'token of the channel; better given as CCR_TOKEN, which ps does not show',
      ),
    )
    .addOption(flag('--token-file <file>', 'file that holds the token'))
    .addOption(flag('--channel <id>', 'channel to feed'))
    .addOption(
      flag(
        '--input <source>',
        'file (transport stream, RCWT, SCC, MCC, transcript), - for standard input, ttxt:PATH or ttxt:- for transcripts of any extractor, or a live transport stream: http(s)://… (HLS when it ends in .m3u8, captions in the video or WebVTT), udp://[sender@]host:port, rtp://…, hdhomerun://DEVICE/CHANNEL, or sendto://[:PASSWORD@]ADDRESS:PORT, which listens for ccextractor --sendto',
      ),
    )
    .addOption(
      flag('--format <format>', 'ts, rcwt, scc, mcc or ttxt; needed for standard input only'),
    )
    .addOption(flag('--pace <pace>', 'recorded inputs: realtime (default) or fast'))
    .addOption(
      flag(
        '--follow <yes|time>',
        'a file that grows: read it, then what is added, also when another takes its place; with a time such as 10m, until nothing was added for so long (also: --input "PATH?follow=yes")',
      ),
    )
    .addOption(flag('--loop', 'recorded inputs: begin again at the end, as a new run'))
    .addOption(
      flag('--start-at <time>', 'wall clock of a recorded input’s first picture (default: now)'),
    )
    .addOption(
      flag(
        '--tracks <list>',
        'tracks to decode, with their languages if known: CC1:en,S2:es (default: CC1 to CC4, and S1 to S63 where they say what those do not); TT888 (a page of teletext), DVB-eng or ISDB through ccextractor',
      ),
    )
    .addOption(flag('--no-bin', 'do not send the original caption bytes'))
    .addOption(
      flag(
        '--spool <dir>',
        'folder that keeps events until they are stored (default: ~/.local/state/ccr/spool/…)',
      ),
    )
    .addOption(
      flag('--spool-limit <size>', 'largest size of the spool, such as 500M (default: 2G)'),
    )
    .addOption(
      flag(
        '--spool-age <time>',
        'drop what waits longer than this for the server, such as 7d (default: never)',
      ),
    )
    .addOption(
      flag(
        '--give-up <time>',
        'end when the server has been away this long, such as 30s (default: never)',
      ),
    )
    .addOption(
      flag(
        '--extractor <name>',
        'who makes captions of a transport stream: builtin (CEA-608 and 708), ccextractor (whose BIN or, for teletext, DVB and ISDB subtitles, transcript is read), or auto (default): builtin, unless the stream has only what takes ccextractor and that is there',
      ),
    )
    .addOption(
      flag('--ccextractor <path>', 'the ccextractor program (default: the one on the PATH)'),
    )
    .addOption(
      flag(
        '--extractor-memory <size>',
        'a ccextractor that takes more memory is started again (default: 500M)',
      ),
    )
    .addOption(flag('--config <file>', 'YAML file with many channels'))
    .addOption(
      flag(
        '--status <address>',
        'port of this machine, HOST:PORT or path of a socket that tells status.json, metrics and healthz; ccr status reads it (default: none)',
      ),
    )
    .addHelpText(
      'after',
      `
Examples:
  CCR_TOKEN=$(cat token) ccr send --server https://captions.example --channel news-one --input recording.ts
  ccr send … --channel news-one --input hdhomerun://192.168.1.20/5.1
  ccr send … --channel news-two --input 'udp://239.1.1.1:5000?program=2'
  ccr send … --channel news-one --input 'udp://239.1.1.1:5000?interface=192.168.1.7'
  dvbv5-zap -o - "News One" | ccr send … --channel news-one --input - --format ts
  ccextractor -stdin -in=ts -out=ttxt -1 -xds -stdout < /dev/dvb/adapter0/dvr0 | ccr send … --channel news-one --input ttxt:-
  ccr send … --channel s4c --input 'rtp://239.2.2.2:5004' --tracks TT888:cy --ccextractor /opt/ccextractor/ccextractor
  ccr send … --channel news-one --input /recordings/now.ts --follow 30m
  ccr send --config channels.yaml

channels.yaml:
  server: https://captions.example
  channels:
    - { channel: news-one, input: hdhomerun://192.168.1.20/5.1, tokenFile: /etc/ccr/news-one.token, tracks: "CC1:en,CC3:es" }
    - { channel: mux-a, input: "udp://239.1.1.1:5000?program=1", tokenFile: /etc/ccr/mux-a.token }
    - { channel: mux-b, input: "udp://239.1.1.1:5000?program=2", tokenFile: /etc/ccr/mux-b.token }
  timeZone: America/New_York
  tuners:
    - name: attic
      rotate:
        - { channel: sport, input: hdhomerun://192.168.1.20/7.1, tokenFile: /etc/ccr/sport.token, from: "18:00", to: "23:00" }
        - { channel: local, input: hdhomerun://192.168.1.20/9.1, tokenFile: /etc/ccr/local.token, from: "06:00", to: "18:00", days: mon-fri }

The file is read again when it changes, and at a SIGHUP: channels come, change and go while the others go on.
Ends with 0 when all of a finite input is stored, 3 when the server refuses the feed (the spool is kept).`,
    )
    .action(async (options: Record<string, unknown>) => {
      const { runSend } = await import('../send.ts')
      await runSend(options)
    })
}
