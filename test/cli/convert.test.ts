import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { ccr, run, start, temporaryFolder, type Folder } from '../support/processes.ts'

const sample = 'samples/the-cartographer.bin'

describe('ccr convert', () => {
  let folder: Folder

  before(async () => {
    folder = await temporaryFolder()
  })

  after(() => folder[Symbol.asyncDispose]())

  async function convert(...args: string[]): Promise<string> {
    await using done = run(['convert', ...args])
    assert.equal(await done.ended, 0, done.stderr())
    return done.stderr()
  }

  const at = (name: string): string => `${folder.path}/${name}`
  const read = (name: string): Promise<string> => readFile(at(name), 'utf8')

  it('goes from BIN through every format and back to the same captions', async () => {
    await convert(sample, at('0.srt'))
    const first = await read('0.srt')
    assert.equal(first.match(/-->/g)?.length, 41)
    const chain = ['0.srt', '1.vtt', '2.ttml', '3.jsonl', '4.csv', '5.json', '6.srt']
    for (const [n, to] of chain.slice(1).entries()) await convert(at(chain[n] ?? ''), at(to))
    assert.equal(await read('6.srt'), first)
    assert.match(await read('1.vtt'), /^WEBVTT - 0.srt\n/)
  })

  it('keeps line 21 as it was broadcast from BIN to SCC and back', async () => {
    await convert(sample, at('raw.scc'))
    await convert(at('raw.scc'), at('raw.bin'))
    await convert(at('raw.bin'), at('raw.srt'))
    await convert(sample, at('direct.srt'))
    // SCC counts frames, BIN milliseconds: times may differ by a frame.
    const texts = (srt: string): string => srt.replaceAll(/^.*-->.*$/gm, '')
    const [again, direct] = [await read('raw.srt'), await read('direct.srt')]
    assert.equal(texts(again), texts(direct))
    const times = (srt: string): number[] =>
      [...srt.matchAll(/(\d\d):(\d\d):(\d\d),(\d{3})/g)].map(([, ...parts]) => {
        const [hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.map(Number)
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
      })
    const wanted = times(direct)
    for (const [n, ms] of times(again).entries()) assert.ok(Math.abs(ms - (wanted[n] ?? 0)) < 50)
  })

  it('makes SCC and BIN of subtitles, moved in time, and says what line 21 lacks', async () => {
    await writeFile(
      at('subtitles.srt'),
      '1\n00:00:03,000 --> 00:00:05,000\nAt sea ☂ 字\n\n2\n00:00:08,000 --> 00:00:09,500\n<i>Land!</i>\n',
    )
    const told = await convert(at('subtitles.srt'), at('moved.bin'), '--shift', '2.5s')
    assert.match(told, /2 characters that line 21 does not have/)
    await convert(at('moved.bin'), at('moved.jsonl'), '--start-at', '2026-11-24T18:00:00Z')
    const cues = (await read('moved.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { start: string; text: string; track: string })
    assert.deepEqual(
      cues.map(({ text, track }) => [text, track]),
      [
        ['At sea ? ?', 'CC1'],
        ['Land!', 'CC1'],
      ],
    )
    const late = Date.parse(cues[0]?.start ?? '') - Date.parse('2026-11-24T18:00:05.500Z')
    assert.ok(Math.abs(late) < 50, `${late} ms`)
    const early = await convert(at('subtitles.srt'), at('early.vtt'), '--shift', '-6s')
    assert.match(early, /1 captions ended before 00:00:00/)
  })

  it('takes transcripts, and makes line 21 of them', async () => {
    await writeFile(
      at('said.ttxt'),
      '00:00:03,236|00:00:04,804|POP|GOOD EVENING.\r\n00:00:05,000|00:00:06,500|POP|>> AND GOOD NIGHT.\r\n',
    )
    await convert(at('said.ttxt'), at('said.vtt'))
    assert.match(await read('said.vtt'), /00:00:03\.236 --> 00:00:04\.804\nGOOD EVENING\.\n/)
    await convert(at('said.ttxt'), at('said.bin'))
    await convert(at('said.bin'), at('said.srt'))
    assert.match(await read('said.srt'), /,\d{3}\n>> AND GOOD NIGHT\.\n/)
  })

  it('is a filter between programs', async () => {
    const piped = start(ccr, ['convert', '-', '-', '--format', 'vtt', '--to', 'txt'], {}, 'pipe')
    piped.child.stdin?.end('WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n')
    assert.equal(await piped.ended, 0, piped.stderr())
    assert.match(piped.stdout(), /\nhello\n$/)
  })

  it('loses no file, and says what is wrong', async () => {
    await writeFile(at('kept.srt'), 'kept')
    await writeFile(at('words.txt'), 'words\n')
    for (const [args, words, code] of [
      [[sample, at('kept.srt')], /exists already; --force/, 2],
      [[at('kept.srt'), at('kept.srt')], /the same file/, 2],
      [[at('none.srt'), at('x.vtt')], /there is no such file/, 2],
      [[folder.path, at('x.vtt')], /is a folder/, 2],
      [[at('words.txt'), at('x.vtt')], /plain text, which has no times/, 2],
      [[at('kept.srt'), at('x.vtt')], /in no format that is known/, 2],
      [[sample, at('x.mp4')], /expected --to srt, vtt/, 2],
      [[sample, '-'], /standard output needs --to/, 2],
      [['-', at('x.vtt')], /standard input needs --format/, 2],
      [[sample, at('x.vtt'), '--shift', 'soon'], /--shift: expected/, 2],
      [[sample, at('x.vtt'), '--tracks', '!'], /--tracks: expected/, 2],
      [[sample, at('x.vtt'), '--tracks', 'CC3'], /there are no captions/, 1],
      [[at('kept.srt'), at('x.vtt'), '--format', 'ttml'], /kept.srt: this is not TTML/, 1],
    ] as const) {
      await using wrong = run(['convert', ...args])
      assert.equal(await wrong.ended, code, wrong.stderr())
      assert.match(wrong.stderr(), words)
      assert.equal(existsSync(at('x.vtt')), false)
    }
    assert.equal(await read('kept.srt'), 'kept')
    await convert(sample, at('kept.srt'), '--force')
    assert.notEqual(await read('kept.srt'), 'kept')
  })
})
