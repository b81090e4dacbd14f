import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { openSource } from '../../../src/client/sources/open-source.ts'
import { TransportStreamWriter } from '../../../src/simulator/transport-stream.ts'
import { makeEvening } from '../../captions/support/television.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../../support/processes.ts'
import { fetchCues } from '../../support/recording.ts'
import { Listener, serve } from '../../support/source-listener.ts'

describe('a stream over HTTP', () => {
  it('is asked for again when it ends or is refused, and says why', async () => {
    let asked = 0
    await using server = await serve((request, response) => {
      asked++
      if (asked === 1) response.end('one ')
      else if (asked === 2) response.writeHead(503).end()
      else response.write(`two, for ${request.headers.authorization ?? ''}`)
    })
    await using heard = await Listener.to(`http://ann:secret@${server.at}/live.ts?token=hidden`)
    await until('it goes on', () => heard.text.startsWith('one two'))
    assert.match(heard.text, /Basic YW5uOnNlY3JldA==/)
    assert.deepEqual(
      heard.troubles.map((trouble) => trouble?.replace(/;.*/, '')),
      [undefined, 'the stream has ended', 'the source is busy (503)', undefined],
    )
    const { name } = await openSource(`http://ann:secret@${server.at}/live.ts?token=hidden`, 'ts')
    assert.equal(name, `http://${server.at}/live.ts`)
  })

  it('follows where it is sent on to, without telling others who asks', async () => {
    await using elsewhere = await serve((request, response) => {
      response.write(`elsewhere${request.headers.authorization ?? ''}`)
    })
    await using server = await serve((request, response) => {
      const location =
        request.url === '/loop' ? '/loop' : request.url === '/a' ? '/b' : `http://${elsewhere.at}/c`
      response.writeHead(302, { location }).end()
    })
    await using heard = await Listener.to(`http://ann:secret@${server.at}/a`)
    await until('it is heard', () => heard.text === 'elsewhere')
    await using lost = await Listener.to(`http://${server.at}/loop`)
    await until('it says so', () => lost.troubles.length > 0)
    assert.match(lost.troubles[0] ?? '', /sends on to elsewhere, and that leads nowhere/)
  })

  it('says what answers when it is no stream, and what cannot be reached', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/page') response.setHeader('content-type', 'text/html').end('<p>Hello')
      else response.writeHead(404).end()
    })
    const wrong: [string, RegExp][] = [
      [`http://${server.at}/page`, /^a web page comes instead/],
      [`http://${server.at}/none.ts`, /^there is no such stream \(404\); trying again in 1 s$/],
      ['http://127.0.0.1:9/', /^nothing answers there|bad port/],
    ]
    for (const [input, trouble] of wrong) {
      await using heard = await Listener.to(input)
      await until('it says so', () => heard.troubles.length > 0)
      assert.match(heard.troubles[0] ?? '', trouble)
    }
  })

  it('refuses what it cannot read at once', async () => {
    const wrong: [string, RegExp][] = [
      ['ftp://example.org/x.ts', /ftp: is no source that can be read; there are file, ttxt, http/],
      ['udp://239.1.1.1', /expected udp:\/\/\[sender@\]host:port/],
      ['udp://tuner.local:5000', /tuner.local is a name/],
      ['udp://10.0.0.1@127.0.0.1:5000', /the host then a multicast group/],
      ['rtp://239.1.1.1:5000?interface=eth0', /expected an address of this machine/],
      ['hdhomerun://192.168.1.20', /expected hdhomerun:\/\/DEVICE\/CHANNEL/],
      ['http://', /the address cannot be read/],
    ]
    for (const [input, message] of wrong)
      await assert.rejects(openSource(input, undefined), message, input)
  })
})

it('ccr send reads a tuner over HTTP as it reads the same stream from a file', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = [await addChannel(data, 'tuner'), await addChannel(data, 'file')]
  await using server = await startServer(data)
  const { frames } = makeEvening(23, 1, ['roll-up'])
  const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
  const stream = Buffer.concat(frames.map((frame) => writer.push(frame)))
  const file = path.join(folder.path, 'evening.ts')
  await writeFile(file, stream)
  await using tuner = await serve((_, response) => void response.write(stream))
  const [live, recorded] = ['tuner', 'file'].map((channel, n) => {
    const input = n === 0 ? `http://${tuner.at}/auto/v5.1` : file
    const spool = path.join(folder.path, channel)
    const to = ['--server', server.url, '--channel', channel, '--spool', spool]
    return run(['send', ...to, '--input', input, '--pace', 'fast'], { CCR_TOKEN: tokens[n] ?? '' })
  })
  assert.equal(await recorded?.ended, 0, recorded?.stderr())
  const said = async (channel: string): Promise<string[]> =>
    (await fetchCues(server.url, channel)).map(({ text }) => text)
  const wanted = await said('file')
  assert.ok(wanted.length > 10)
  // The row that is still being written ends with the stream.
  await until('all rows', async () => (await said('tuner')).length >= wanted.length - 1)
  live?.child.kill('SIGTERM')
  assert.equal(await live?.ended, 0, live?.stderr())
  assert.deepEqual(await said('tuner'), wanted)
})
