import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { argumentsFor } from '../../../src/client/extractor/command.ts'
import { openSource } from '../../../src/client/sources/open-source.ts'
import { takeProgramme } from '../../../src/client/sources/programme-option.ts'
import { captioned } from '../../captions/support/programmes.ts'
import { dvbEvents, timeAndDate } from '../../support/guide-sections.ts'
import { letters, makeMultiplex, serviceDescription } from '../../support/multiplex.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../../support/processes.ts'
import { fetchCues } from '../../support/recording.ts'

const names = serviceDescription(new Map([[7, 'Seven']]))
const stream = makeMultiplex(
  [
    { number: 3, frames: captioned('THE THIRD.') },
    { number: 7, frames: captioned('THE SEVENTH.') },
    { number: 8, audio: 'eng' },
  ],
  [
    names,
    timeAndDate('2026-11-24T20:10:00Z'),
    dvbEvents(7, [
      { id: 1, start: '2026-11-24T20:00:00Z', minutes: 60, title: letters('What is on') },
    ]),
  ],
)

describe('?program=', () => {
  it('is taken off an input of any kind, and nothing else is', () => {
    const taken = (input: string): unknown => Object.values(takeProgramme(input))
    assert.deepEqual(taken('rec.ts?program=3'), ['rec.ts', 3])
    assert.deepEqual(taken('-?program=3'), ['-', 3])
    assert.deepEqual(taken('udp://239.1.1.1:5000?program=3&interface=10.0.0.1'), [
      'udp://239.1.1.1:5000?interface=10.0.0.1',
      3,
    ])
    assert.deepEqual(taken('http://t/auto/v5?duration=60&program=3'), [
      'http://t/auto/v5?duration=60',
      3,
    ])
    assert.deepEqual(taken('http://t/?program=news'), ['http://t/?program=news', null])
    assert.deepEqual(taken('http://t/?program=3#program=7'), ['http://t/?program=3', 7])
    assert.deepEqual(taken('http://t/?program=3#program=first'), ['http://t/?program=3', null])
    assert.deepEqual(taken('hdhomerun://1.2.3.4/5.1'), ['hdhomerun://1.2.3.4/5.1', null])
    assert.throws(() => takeProgramme('a.ts?program=0'), /a number from 1 to 65535.*, got 0/)
    assert.throws(() => takeProgramme('a.ts#program=x'), /got x/)
  })

  it('makes another input of the same file, and is refused where it means nothing', async () => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'all.ts')
    await writeFile(file, stream)
    const [plain, third] = [
      await openSource(file, undefined),
      await openSource(`${file}?program=3`, undefined),
    ]
    assert.equal(third.programme, 3)
    assert.equal(third.name, 'all.ts, programme 3')
    assert.notEqual(third.fingerprint, plain.fingerprint)
    await writeFile(`${file}?program=3`, stream)
    assert.equal((await openSource(`${file}?program=3`, undefined)).programme ?? null, null)
    await assert.rejects(
      openSource('samples/river-sport.bin?program=3', undefined),
      /is for transport streams/,
    )
  })

  it('is what ccr send sends; a wrong one is an error that names those there are', async () => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'all.ts')
    await writeFile(file, stream)
    const token = await addChannel(folder.path, 'seven')
    await using server = await startServer(folder.path)
    const send = (input: string): ReturnType<typeof run> =>
      run([
        ...['send', '--server', server.url, '--channel', 'seven', '--token', token],
        ...[
          '--input',
          input,
          '--pace',
          'fast',
          '--spool',
          path.join(folder.path, `spool${input.length}`),
        ],
      ])
    await using sent = send(`file:${file}?program=7`)
    assert.equal(await sent.ended, 0, sent.stderr())
    const cues = await fetchCues(server.url, 'seven')
    assert.deepEqual(
      cues.map(({ text }) => text),
      ['THE SEVENTH.'],
    )
    const answer = await fetch(`${server.url}/api/v1/channels/seven/airings`)
    const { items } = (await answer.json()) as { items: { title: string; start: string }[] }
    assert.deepEqual(
      items.map(({ title }) => title),
      ['What is on'],
    )
    // It began ten minutes before the recording, whenever that is played.
    const before = Date.parse(cues[0]?.start ?? '') - Date.parse(items[0]?.start ?? '')
    assert.ok(Math.abs(before - 600_000) < 10_000, `${before} ms before the first caption`)
    await using wrong = send(`${file}?program=12`)
    assert.equal(await wrong.ended, 1)
    assert.match(
      wrong.stderr(),
      /there is no programme 12 in this stream; there are 3, 7 \(Seven\), 8/,
    )
    await using radio = send(`${file}?program=8`)
    assert.equal(await radio.ended, 1)
    assert.match(radio.stderr(), /programme 8 has no video/)
  })

  it('of a live stream that is encrypted is told as trouble', async () => {
    await using folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'pay')
    await using server = await startServer(folder.path)
    const hidden = Array.from({ length: 12 }, (_, n) => `NOBODY SEES ROW ${n} OF THIS.`)
    const pay = makeMultiplex([{ number: 4, frames: captioned(...hidden), isScrambled: true }])
    const tuner = createServer((_, response) => void response.write(pay)).listen(0, '127.0.0.1')
    await once(tuner, 'listening')
    const address = `http://127.0.0.1:${(tuner.address() as AddressInfo).port}/live.ts?program=4`
    await using sent = run([
      ...['send', '--server', server.url, '--channel', 'pay', '--token', token],
      ...['--input', address, '--spool', path.join(folder.path, 'spool')],
    ])
    await until('it is told', () => sent.stderr().includes('programme 4 is encrypted'))
    tuner.closeAllConnections()
    tuner.close()
  })

  it('is handed on to ccextractor, in the spelling of its version', () => {
    const options = (dialect: 'old' | 'new'): string[] =>
      argumentsFor({ path: 'ccextractor', version: '0', dialect }, { kind: 'bin' }, 7)
    assert.deepEqual(options('old').slice(-2), ['-pn', '7'])
    assert.deepEqual(options('new').slice(-2), ['--program-number', '7'])
  })

  it('is what ccr inspect reads, with all programmes beside it', async () => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'all.ts')
    await writeFile(file, stream)
    await using shown = run(['inspect', `${file}?program=7`])
    assert.equal(await shown.ended, 0, shown.stderr())
    assert.match(shown.stdout(), /^ +3 .* mpeg-2 +\n|^ +3 +.*mpeg-2/m)
    assert.match(shown.stdout(), /^\* +7 +Seven +mpeg-2/m)
    assert.match(shown.stdout(), /^ +8 +none +en$/m)
    assert.match(shown.stdout(), /THE SEVENTH\./)
    assert.match(shown.stdout(), /^ {2}2026-11-24 20:00 {2}What is on$/m)
    await using wrong = run(['inspect', `${file}?program=8`])
    assert.equal(await wrong.ended, 1)
    assert.match(wrong.stderr(), /programme 8 has no video/)
  })
})
