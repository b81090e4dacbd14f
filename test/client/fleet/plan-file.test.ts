import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePlanFile, type PlanFile } from '../../../src/client/fleet/plan-file.ts'
import { wantedAt } from '../../../src/client/fleet/plan.ts'
import { keepWrong } from '../../../src/client/fleet/plan-source.ts'
import { OptionsError } from '../../../src/client/send-options.ts'

const head =
  'server: https://captions.example\ntoken: x\nspool: /var/lib/ccr\ntimeZone: UTC\nchannels:\n'

function parse(text: string): PlanFile {
  const readFile = (file: string): string => {
    if (file === '/etc/ccr/token') return 'secret\n'
    throw new OptionsError(`${file} cannot be read: there is no such file`)
  }
  return parsePlanFile(text, { name: 'ccr.yaml', said: {}, readFile, decoder: 'ccr' })
}

const rotation = `${head}  - { channel: news, input: hdhomerun://attic/5.1 }
  - { channel: sport, input: hdhomerun://attic/7.1, tokenFile: /etc/ccr/token }
  - { channel: always, input: udp://239.1.1.1:5000 }
tuners:
  - name: attic
    rotate:
      - { channel: news, from: "06:00", to: "09:00", days: mon-fri }
      - { channel: sport, from: "09:00", to: "06:00", days: mon-fri }
  - name: cellar
    rotate:
      - { channel: news, from: "20:00", to: "21:00", input: hdhomerun://cellar/5.1 }
`

describe('the file of channels', () => {
  it('gives channels their turns, with what is said of the channel, and of the turn', () => {
    const { plan, problems } = parse(rotation)
    assert.deepEqual(problems, [])
    const on = (at: string): string[] =>
      wantedAt(plan, Date.parse(at))
        .filter(({ isOn }) => isOn)
        .map(
          ({ options, turn }) => `${options.channel} ${options.input} ${turn?.turn.tuner ?? '-'}`,
        )
        .sort()
    const always = 'always udp://239.1.1.1:5000 -'
    // A Monday.
    assert.deepEqual(on('2026-11-30T08:59Z'), [always, 'news hdhomerun://attic/5.1 attic'])
    assert.deepEqual(on('2026-11-30T20:30Z'), [
      ...[always, 'news hdhomerun://cellar/5.1 cellar', 'sport hdhomerun://attic/7.1 attic'],
    ])
    // Saturday belongs to Friday's turn until six.
    assert.deepEqual(on('2026-12-05T05:59Z'), [always, 'sport hdhomerun://attic/7.1 attic'])
    assert.deepEqual(on('2026-12-05T06:00Z'), [always])
    const waiting = wantedAt(plan, Date.parse('2026-12-05T06:00Z')).find(
      ({ options }) => options.channel === 'news',
    )
    assert.equal(new Date(waiting?.turn?.fromMs ?? NaN).toISOString(), '2026-12-05T20:00:00.000Z')
    assert.equal(waiting?.options.spoolFolder, '/var/lib/ccr/news')
  })

  it('refuses two turns at a time, of a tuner or of a channel, and says which and when', () => {
    const two = `${head}  - { channel: a, input: hdhomerun://attic/5.1 }
  - { channel: b, input: hdhomerun://attic/7.1 }
tuners:
  - name: attic
    rotate:
      - { channel: a, from: "22:00", to: "02:00" }
      - { channel: b, from: "01:00", to: "03:00", days: mon }
  - name: cellar
    rotate: [{ channel: a, from: "23:00", to: "23:30", days: sun }]
`
    assert.throws(
      () => parse(two),
      (error: Error) => {
        assert.match(
          error.message,
          /ccr\.yaml:12: tuner attic: a \(daily 22:00–02:00\) and b \(mon 01:00–03:00\) both have it from mon 01:00 on \(see line 11\)/,
        )
        assert.match(error.message, /ccr\.yaml:14: a has two tuners at a time: attic .* and cellar/)
        return true
      },
    )
  })

  it('names what is wrong with its line, the rest of the channels being right', () => {
    const { plan, problems, unknown } = parse(`${head}  - { channel: a, input: a.ts }
  - { channel: b, input: b.ts, trakcs: CC1 }
  - { channel: c, input: c.ts, tokenFile: /no/such }
  - { channel: NO, input: d.ts }
tuners:
  - { name: t, rotate: [{ channel: e, input: e.ts, from: 6am }, { channel: f, input: f.ts, days: weekdays }] }
`)
    assert.deepEqual(
      plan.channels.map(({ channel }) => channel),
      ['a'],
    )
    assert.deepEqual([...unknown].sort(), ['b', 'c', 'e', 'f', null])
    const said = problems.join('\n')
    assert.match(said, /ccr\.yaml:7: channels\.1: .*trakcs/)
    assert.match(said, /ccr\.yaml:8: channels\.2: \/no\/such cannot be read: there is no such file/)
    assert.match(said, /ccr\.yaml:9: channels\.3\.channel: /)
    assert.match(
      said,
      /ccr\.yaml:11: tuners\.0\.rotate\.0\.from: expected a time of day like "06:00"/,
    )
    assert.match(said, /days: expected days like mon-fri/)
  })

  it('is refused as a whole where nothing can be made of it', () => {
    const wrong: [string, RegExp][] = [
      ['channels: [', /ccr\.yaml: .*line 1/],
      ['', /ccr\.yaml:1: /],
      ['sever: x\nchannels: []', /sever/],
      [
        `${head.replace('UTC', 'Mars/Olympus')}  - { channel: a, input: a.ts }`,
        /ccr\.yaml:4: timeZone: Mars\/Olympus is no time zone/,
      ],
      ['server: https://x.example\n', /expected channels: with at least one channel/],
      [
        `a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]`,
        /ccr\.yaml: .*alias/,
      ],
      [
        `${head}  - { channel: a, input: a.ts }\n  - { channel: a, input: b.ts }`,
        /a is there twice/,
      ],
    ]
    for (const [text, message] of wrong) assert.throws(() => parse(text), message, text)
  })

  it('keeps a wrong channel as it runs, and every channel while it cannot tell which is meant', () => {
    const running = parse(
      `${head}  - { channel: a, input: a.ts }\n  - { channel: b, input: b.ts }\n  - { channel: c, input: c.ts }`,
    ).plan
    const names = (text: string): string[] =>
      keepWrong(running, parse(head + text), 'ccr.yaml')
        .channels.map(({ channel }) => channel)
        .sort()
    assert.deepEqual(names('  - { channel: a, input: a.ts }\n  - { channel: b, inputt: b.ts }'), [
      'a',
      'b',
    ])
    assert.deepEqual(names('  - { channel: a, input: a.ts }\n  - { chanel: b, input: b.ts }'), [
      'a',
      'b',
      'c',
    ])
  })
})
