import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { usualExtractor } from '../../src/client/extractor/choose.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { makeEvening } from '../captions/support/television.ts'
import { ccr, temporaryFolder, until, type Folder } from '../support/processes.ts'
import { away, originalOf, RunningSender, sendOptions, spooled } from '../support/spooled.ts'
import { makeStandIn, type Behaviour } from '../support/stand-in/stand-in.ts'
import { subtitleStream, teletext888 } from '../support/subtitle-stream.ts'

const { frames } = makeEvening(17, 1, ['roll-up', 'pop-on'])

describe('a sender with a ccextractor', { concurrency: 3 }, () => {
  let folder: Folder
  before(async () => {
    folder = await temporaryFolder()
  })
  after(() => folder[Symbol.asyncDispose]())

  const at = (name: string): string => path.join(folder.path, name)
  const standIn = (name: string, behaviour: Partial<Behaviour> = {}): string =>
    makeStandIn(folder.path, behaviour, name)

  it('makes captions of teletext, with its track, its language and the lines as the original', async () => {
    const [stream, spoolFolder] = [at('page.ts'), at('page-spool')]
    writeFileSync(stream, subtitleStream(teletext888, 1500))
    const extractor = { ...usualExtractor, ccextractor: standIn('page') }
    await using running = new RunningSender(
      sendOptions({ input: stream, spoolFolder, extractor, pace: 'fast' }),
    )
    await until('all is read', () => running.sender.report().cues === 14)
    assert.match(running.sender.report().extractor?.why ?? '', /^the stream has TT888/)
    await running.stop()
    const events = await spooled(spoolFolder)
    const runs = events.filter((event) => event.type === 'run')
    assert.equal(runs[0]?.extractor, 'ccextractor 0.96.6')
    assert.deepEqual(runs.at(-1)?.tracks, [{ track: 'TT888', language: 'pl' }])
    assert.match(
      originalOf(events, 'ttxt').toString(),
      /^(?:00:00:\d\d,000\|00:00:\d\d,900\|TLT\|ROW \d+\r\n){14}$/,
    )
    const cue = events.find((event) => event.type === 'cue')
    assert.deepEqual([cue?.track, cue?.text], ['TT888', 'ROW 0'])
  })

  it('that ends leaves a gap as long as it was away, and times that go on', async () => {
    const [fifo, spoolFolder] = [at('tuner'), at('gap-spool')]
    execFileSync('mkfifo', [fifo])
    const behaviour = { trouble: 'crash', afterBytes: 40_000, marker: at('gap-crashed') } as const
    const extractor = { ...usualExtractor, extractor: 'ccextractor' as const }
    await using running = new RunningSender(
      sendOptions({
        ...{ input: fifo, format: 'ts', spoolFolder },
        extractor: { ...extractor, ccextractor: standIn('gap', behaviour) },
      }),
    )
    const tuner = createWriteStream(fifo)
    tuner.on('error', () => undefined)
    const stream = new TransportStreamWriter({ codec: 'mpeg-2' })
    const began = Date.now()
    let sent = 0
    // As fast as it was performed.
    const playing = setInterval(() => {
      const due = Math.min(frames.length, Math.floor((Date.now() - began) / 33.4))
      for (; sent < due; sent++) {
        const frame = frames[sent]
        if (frame !== undefined) tuner.write(stream.push(frame))
      }
    }, 30)
    try {
      await until('the crash', () => existsSync(behaviour.marker))
      const before = running.sender.report().cues
      await until('it goes on', () => running.sender.report().cues > before, 60_000)
    } finally {
      clearInterval(playing)
      tuner.destroy()
    }
    await running.stop()
    const events = await spooled(spoolFolder)
    const gaps = events.flatMap((event) => (event.type === 'gap' ? [event] : []))
    assert.deepEqual(
      [...new Set(gaps.map(({ reason, id }) => `${reason} ${id.slice(-6)}`))],
      ['source-lost -gap-1'],
    )
    const gap = gaps.at(-1)
    assert.ok(Date.parse(gap?.to ?? '') - Date.parse(gap?.from ?? '') > 500)
    const starts = events.flatMap((event) =>
      event.type === 'cue' && event.track === 'CC1' ? [Date.parse(event.start)] : [],
    )
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    )
    // The clock of the second began at nought; what it says has the time of now.
    assert.ok(Math.abs(Date.now() - (starts.at(-1) ?? 0)) < 30_000)
    assert.equal(events.find((event) => event.type === 'run')?.extractor, 'ccextractor 0.96.6')
  })

  it('does not outlive whoever started it', async () => {
    const pids = at('orphan-pids')
    const args = ['send', '--server', away, '--channel', 'orphan', '--spool', at('orphan-spool')]
    const more = ['--input', '-', '--format', 'ts', '--extractor', 'ccextractor']
    const child = spawn(ccr, [...args, ...more, '--ccextractor', standIn('orphan', { pids })], {
      env: { PATH: process.env['PATH'], CCR_TOKEN: 'x' },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.stdin.on('error', () => undefined)
    const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
    child.stdin.write(Buffer.concat(frames.map((frame) => writer.push(frame))))
    await until('it runs', () => existsSync(pids))
    child.kill('SIGKILL')
    await once(child, 'exit')
    const pid = Number(readFileSync(pids, 'utf8'))
    await until(
      'it is gone',
      () =>
        !existsSync(`/proc/${pid}/stat`) || / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    )
  })
})
