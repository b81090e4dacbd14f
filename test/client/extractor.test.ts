import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PassThrough } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import { usualExtractor, withExtractor } from '../../src/client/extractor/choose.ts'
import { askCcextractor } from '../../src/client/extractor/command.ts'
import { wordsOf, type Outcome } from '../../src/client/extractor/outcome.ts'
import { NoticeStripper } from '../../src/client/extractor/strip-notice.ts'
import { openSource } from '../../src/client/sources/open-source.ts'
import { streamSource, type Source } from '../../src/client/sources/source.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { ccextractor, withoutCcextractor } from '../captions/support/ccextractor.ts'
import { makeEvening } from '../captions/support/television.ts'
import { temporaryFolder, until, type Folder } from '../support/processes.ts'
import { Listener } from '../support/source-listener.ts'
import { makeStandIn, type Behaviour } from '../support/stand-in/stand-in.ts'
import { dvbGerman, isdb, subtitleStream, teletext888 } from '../support/subtitle-stream.ts'

const { frames } = makeEvening(17, 1, ['roll-up', 'pop-on'])
const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
const evening = Buffer.concat([...frames.map((frame) => writer.push(frame)), writer.end()])

function cuesOf(bytes: Uint8Array, format: 'ts' | 'rcwt'): string[] {
  const reader = createCaptionReader(format)
  const decoder = new CaptionDecoder()
  const groups = [...reader.push(bytes), ...reader.end()]
  const events = [...groups.flatMap((group) => decoder.push(group)), ...decoder.end(1e9)]
  return events.flatMap((event) => (event.type === 'cue' ? [`${event.startMs} ${event.text}`] : []))
}

describe('an extractor', { concurrency: 4 }, () => {
  let folder: Folder
  let file: string
  before(async () => {
    folder = await temporaryFolder()
    file = path.join(folder.path, 'evening.ts')
    writeFileSync(file, evening)
  })
  after(() => folder[Symbol.asyncDispose]())

  const at = (name: string): string => path.join(folder.path, name)
  const standIn = (name: string, behaviour: Partial<Behaviour> = {}): string =>
    makeStandIn(folder.path, behaviour, name)
  const listen = (
    source: Source,
    program: string,
    wish: { auto?: boolean; tracks?: string[]; memoryBytes?: number } = {},
  ): Listener => {
    const { auto = false, tracks = null, memoryBytes = usualExtractor.memoryBytes } = wish
    const extractor = auto ? 'auto' : 'ccextractor'
    return new Listener(
      withExtractor(source, { extractor, ccextractor: program, memoryBytes }, tracks),
    )
  }
  /** A live stream: what is written to the pipe. */
  const live = (): { pipe: PassThrough; source: Source } => {
    const pipe = new PassThrough()
    pipe.on('error', () => undefined)
    return { pipe, source: streamSource('live', 'ts', (signal) => abortable(pipe, signal)) }
  }
  async function* abortable(pipe: PassThrough, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    signal.addEventListener('abort', () => pipe.destroy())
    yield* pipe as AsyncIterable<Uint8Array>
  }

  for (const behaviour of [
    { version: '0.94', dialect: 'old' },
    { version: '0.96.6', dialect: 'new' },
  ] as const)
    it(`ccextractor ${behaviour.version} is asked in its own words and gives the same text`, async () => {
      const source = await openSource(file, undefined)
      await using heard = listen(source, standIn(`of-${behaviour.version}`, behaviour))
      await heard.ended
      assert.deepEqual(heard.failure, undefined)
      assert.deepEqual(cuesOf(heard.bytes, 'rcwt'), cuesOf(evening, 'ts'))
      assert.ok(cuesOf(evening, 'ts').length > 5)
      assert.partialDeepStrictEqual(heard.notes, [
        {
          note: 'extractor',
          name: `ccextractor ${behaviour.version}`,
          format: 'rcwt',
          track: null,
        },
      ])
    })

  it(
    'of a real ccextractor gives the same text as ours',
    { skip: withoutCcextractor },
    async () => {
      const source = await openSource(file, undefined)
      await using heard = listen(source, ccextractor ?? '')
      await heard.ended
      assert.deepEqual(heard.failure, undefined)
      const texts = (cues: string[]): string[] => cues.map((cue) => cue.replace(/^\d+ /, ''))
      assert.deepEqual(texts(cuesOf(heard.bytes, 'rcwt')), texts(cuesOf(evening, 'ts')))
    },
  )

  it('is the built-in one for CEA-608, and ccextractor for what only that reads, with the reason', async () => {
    const program = standIn('auto')
    await using own = listen(await openSource(file, undefined), program, { auto: true })
    await own.ended
    assert.ok(own.bytes.equals(evening))
    assert.partialDeepStrictEqual(own.notes, [
      { name: 'builtin', why: 'the stream has CEA-608 or 708' },
    ])
    const kinds = [
      ['teletext', teletext888, 'TT888', 'pl'],
      ['dvb', dvbGerman, 'DVB-deu', 'de'],
      ['isdb', isdb, 'ISDB', null],
    ] as const
    for (const [kind, descriptor, track, language] of kinds) {
      const stream = at(`${kind}.ts`)
      writeFileSync(stream, subtitleStream(descriptor, 1500))
      await using heard = listen(await openSource(stream, undefined), program, { auto: true })
      await heard.ended
      assert.partialDeepStrictEqual(heard.notes, [
        { name: 'ccextractor 0.96.6', format: 'ttxt', track, language },
      ])
      assert.match(heard.text, /^00:00:00,000\|00:00:00,900\|TLT\|ROW 0\r\n/)
    }
    const silent = at('silent.ts')
    writeFileSync(silent, subtitleStream([], 500))
    await using none = listen(await openSource(silent, undefined), program, { auto: true })
    await none.ended
    assert.partialDeepStrictEqual(none.notes, [
      { name: 'builtin', why: 'the stream announces no teletext and no subtitles' },
    ])
    await using poor = listen(await openSource(at('dvb.ts'), undefined), at('no-such'), {
      auto: true,
    })
    await poor.ended
    const [note] = poor.notes
    assert.match(
      note?.note === 'extractor' ? note.why : '',
      /DVB-deu \(dvb\).*takes ccextractor; .*there is no program .*no-such; install it/,
    )
  })

  it('gives one track that BIN does not carry, as it is asked for', async () => {
    const program = standIn('tracks', { version: '0.94', dialect: 'old' })
    await using heard = listen(await openSource(file, undefined), program, { tracks: ['TT801'] })
    await heard.ended
    assert.partialDeepStrictEqual(heard.notes, [{ track: 'TT801', why: 'TT801 is asked for' }])
    const multiplex = at('multiplex.ts')
    writeFileSync(multiplex, subtitleStream(teletext888, 1500, true))
    const ways = [{ tracks: ['TT888'] }, { auto: true }]
    for (const way of ways) {
      await using ofOne = listen(await openSource(multiplex, undefined), program, way)
      await ofOne.ended
      assert.equal(ofOne.failure, undefined)
      assert.partialDeepStrictEqual(ofOne.notes, [{ track: 'TT888', language: 'pl' }])
      assert.match(ofOne.text, /ROW 1\r\n/)
    }
    await using two = listen(await openSource(file, undefined), program, {
      tracks: ['TT801', 'DVB-eng'],
    })
    await two.ended
    assert.match(
      two.failure?.message ?? '',
      /^--tracks TT801,DVB-eng: ccextractor gives one of them/,
    )
  })

  it('that crashes in a recording begins again, and nothing of it is told twice or lost', async () => {
    const behaviour = { trouble: 'crash', afterBytes: 150_000, marker: at('crashed') } as const
    await using heard = listen(await openSource(file, undefined), standIn('crashing', behaviour))
    await heard.ended
    assert.ok(existsSync(behaviour.marker))
    assert.deepEqual(cuesOf(heard.bytes, 'rcwt'), cuesOf(evening, 'ts'))
    assert.match(
      heard.troubles[0] ?? '',
      /^ccextractor crashed \(SIGSEGV\): a pointer was wrong; starting it again in 1 s$/,
    )
  })

  it('that cannot do what it is asked is given up at once, with the reason', async () => {
    const wrong = standIn('wrong', { version: '0.94', dialect: 'new' })
    await using heard = listen(await openSource(file, undefined), wrong)
    await heard.ended
    assert.equal(
      heard.failure?.message,
      'this ccextractor does not know an option that it was given (7): Error: Parameter -stdin not understood.',
    )
  })

  it('that ends while the stream goes on is started again, and the hole is told', async () => {
    const behaviour = { trouble: 'crash', afterBytes: 100_000, marker: at('live-crashed') } as const
    const pids = at('live-pids')
    const { pipe, source } = live()
    await using heard = listen(source, standIn('live', { ...behaviour, pids }))
    const feed = setInterval(() => pipe.write(evening.subarray(0, 188 * 200)), 50)
    try {
      await until('the crash', () => heard.notes.some(({ note }) => note === 'interrupted'))
      const before = heard.bytes.length
      await until('it goes on', () => heard.bytes.length > before + 1000)
      assert.equal(heard.troubles.at(-1), null)
      // Somebody asks it to end: what it says then is no caption.
      const pid = Number(readFileSync(pids, 'utf8').trim().split('\n').at(-1))
      process.kill(pid, 'SIGTERM')
      await until(
        'the second end',
        () => heard.notes.filter(({ note }) => note === 'interrupted').length === 2,
      )
      assert.match(
        heard.troubles.at(-1) ?? '',
        /^ccextractor ended by itself; starting it again in 2 s$/,
      )
      assert.ok(!heard.text.includes('SIGTERM'))
      assert.ok(heard.notes.some(({ note }) => note === 'alive'))
    } finally {
      clearInterval(feed)
    }
  })

  it('that takes too much memory is ended', async () => {
    const { pipe, source } = live()
    const program = standIn('greedy', { trouble: 'memory', marker: at('greedy-was') })
    await using heard = listen(source, program, { memoryBytes: 250 * 1024 ** 2 })
    pipe.write(evening)
    await until('it is ended', () => heard.notes.some(({ note }) => note === 'interrupted'))
    assert.match(
      heard.troubles.at(-1) ?? '',
      /^ccextractor took more than 250 MiB of memory \(--extractor-memory\)/,
    )
  })

  it('says in words how it ended, by every code that it has', () => {
    const ended = (some: Partial<Outcome>): string =>
      wordsOf({ code: null, signal: null, ended: null, said: '', ...some }, 500 * 1024 ** 2)
    const words = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 139, 141, 244, 255].map((code) => ended({ code }))
    assert.ok(words.every((one) => /^(?:this )?ccextractor/.test(one)))
    assert.equal(ended({ code: 10 }), 'ccextractor found no captions')
    assert.equal(ended({ code: 139, said: 'x' }), 'ccextractor crashed (139): x')
    assert.equal(
      ended({ signal: 'SIGKILL' }),
      'ccextractor was ended by SIGKILL, by hand or because memory ran out',
    )
    assert.equal(
      ended({ ended: 'stuck', signal: 'SIGKILL' }),
      'ccextractor did not read its input any more',
    )
  })

  it('is what it says it is', async () => {
    const liar = at('liar')
    writeFileSync(liar, '#!/bin/sh\necho hello\n', { mode: 0o755 })
    await assert.rejects(askCcextractor(liar), /does not say its version; is it ccextractor\?$/)
    await assert.rejects(
      askCcextractor('no-such-program'),
      /^SourceError: there is no program no-such-program; install it/,
    )
    const old = await askCcextractor(standIn('old', { version: '0.94', dialect: 'old' }))
    assert.deepEqual([old.version, old.dialect], ['0.94', 'old'])
  })

  it('leaves nothing of its notice in its output, however that is cut', () => {
    const text = 'before\nReceived SIGTERM, terminating as soon as possible.\nReceived after R'
    for (let size = 1; size < 60; size++) {
      const stripper = new NoticeStripper()
      const parts: Uint8Array[] = []
      for (let from = 0; from < text.length; from += size)
        parts.push(stripper.push(Buffer.from(text.slice(from, from + size))))
      assert.equal(Buffer.concat([...parts, stripper.end()]).toString(), 'before\nReceived after R')
    }
  })
})
