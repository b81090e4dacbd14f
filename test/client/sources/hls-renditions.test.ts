import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { TransportStreamWriter } from '../../../src/simulator/transport-stream.ts'
import { makeEvening } from '../../captions/support/television.ts'
import { temporaryFolder, until } from '../../support/processes.ts'
import { Listener, serve } from '../../support/source-listener.ts'
import { originalOf, RunningSender, sendOptions, spooled } from '../../support/spooled.ts'

const media = (name: string, extra = ''): string =>
  `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="${name}",URI="${name}.m3u8"${extra}\n`
const stream = (uri: string, attributes: string): string =>
  `#EXT-X-STREAM-INF:BANDWIDTH=90,SUBTITLES="s"${attributes}\n${uri}\n`
const vtt = (text: string, from: number, to: number): string => {
  const clock = (s: number): string => new Date(s * 1000).toISOString().slice(11, 23)
  return `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:90000,LOCAL:00:00:00.000\n\n${clock(from)} --> ${clock(to)}\n${text}\n`
}
const playlist = (names: readonly string[], first: number, extra = ''): string =>
  `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${first}\n${extra}${names.map((name) => `#EXTINF:1,\n${name}\n`).join('')}`

describe('an HLS stream with WebVTT renditions', { concurrency: 3 }, () => {
  it('gives both, the captions in the video and those beside it, on one clock', async () => {
    await using folder = await temporaryFolder()
    const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
    const { frames } = makeEvening(5, 1, ['roll-up'])
    // Ten seconds a segment.
    const segments = [0, 1, 2, 3, 4, 5].map((n) =>
      Buffer.concat(frames.slice(n * 300, (n + 1) * 300).map((frame) => writer.push(frame))),
    )
    let ready = 3
    const pages: Record<string, () => string | Buffer> = {
      '/master.m3u8': () =>
        `#EXTM3U\n${media('en', ',LANGUAGE="en"')}${media('es', ',LANGUAGE="es"')}${media('sdh', ',LANGUAGE="en"')}${media('forced', ',LANGUAGE="en",AUTOSELECT=YES,FORCED=YES')}${stream('video.m3u8', '')}`,
      '/video.m3u8': () =>
        playlist(
          Array.from({ length: ready }, (_, n) => `v${n}.ts`),
          0,
        ),
      '/es.m3u8': () =>
        playlist(
          Array.from({ length: ready }, (_, n) => `es${n}.vtt`),
          0,
        ),
    }
    await using server = await serve((request, response) => {
      const url = request.url ?? ''
      const page = pages[url]?.()
      const [, kind = '', digits = ''] = /^\/(v|es)(\d)\.(?:ts|vtt)$/.exec(url) ?? []
      const n = Number(digits)
      if (page !== undefined) response.end(page)
      else if (kind === 'v') response.end(segments[n])
      // Each cue goes on in the next segment.
      else if (kind === 'es')
        response.end(vtt(`HOLA ${n - (n % 2)}.`, 2 + 10 * (n - (n % 2)), 15 + 10 * (n - (n % 2))))
      else response.writeHead(404).end()
    })
    const spoolFolder = path.join(folder.path, 'spool')
    await using running = new RunningSender(
      sendOptions({ input: `http://${server.at}/master.m3u8`, spoolFolder }),
    )
    await until('captions of both', () => running.sender.report().cues > 3)
    ready = 6
    const all = (): number => running.sender.report().cues
    let before = 0
    await until('all of it', async () => {
      before = all()
      await new Promise((resolve) => setTimeout(resolve, 1500))
      return all() === before && before > 8
    })
    await running.stop()
    const events = await spooled(spoolFolder)
    const [run] = events.flatMap((event) => (event.type === 'run' ? [event] : []))
    const cues = events.flatMap((event) => (event.type === 'cue' ? [event] : []))
    const spanish = cues.filter(({ track }) => track === 'VTT-es')
    assert.deepEqual(
      spanish.map(({ text }) => text),
      ['HOLA 0.', 'HOLA 2.', 'HOLA 4.'],
    )
    const zero = Date.parse(run?.startedAt ?? '')
    assert.ok(Math.abs(Date.parse(spanish[0]?.start ?? '') - zero - 2000) < 100)
    assert.ok(Math.abs(Date.parse(spanish[1]?.end ?? '') - zero - 35_000) < 100)
    assert.ok(cues.some(({ track }) => track === 'CC1'))
    const last = events.findLast((event) => event.type === 'run')
    assert.deepEqual(
      last?.tracks.find(({ track }) => track === 'VTT-es'),
      { track: 'VTT-es', language: 'es' },
    )
    assert.equal(
      originalOf(events, 'vtt')
        .toString()
        .match(/WEBVTT/g)?.length,
      6,
    )
    assert.ok(originalOf(events, 'rcwt').length > 1000)
  })

  it('leaves the video alone that has no captions, names tracks, and takes its clock', async () => {
    const aired = Date.UTC(2026, 0, 1)
    const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(aired).toISOString()}\n`
    const asked: string[] = []
    await using server = await serve((request, response) => {
      const url = request.url ?? ''
      asked.push(url)
      if (url === '/master.m3u8')
        response.end(
          `#EXTM3U\n${media('en', ',LANGUAGE="en"')}${media('sdh', ',LANGUAGE="en"')}${media('none')}${stream('video.m3u8', ',CLOSED-CAPTIONS=NONE')}`,
        )
      else if (url.endsWith('.m3u8'))
        response.end(playlist([`${url.slice(1, -5)}.vtt`], 4, `${date}#EXT-X-DISCONTINUITY\n`))
      else response.end(vtt(url, 1, 2))
    })
    await using heard = await Listener.to(`http://${server.at}/master.m3u8`)
    await until(
      'all three',
      () => heard.notes.filter(({ note }) => note === 'segment').length === 3,
    )
    assert.ok(!asked.includes('/video.m3u8'))
    const segments = heard.notes.flatMap((note) => (note.note === 'segment' ? [note] : []))
    assert.deepEqual(
      segments.map(({ track, language, hasVideo }) => [track, language, hasVideo]).sort(),
      [
        ['VTT', null, false],
        ['VTT-en', 'en', false],
        ['VTT-en-2', 'en', false],
      ],
    )
    assert.ok(segments.every(({ isDiscontinuity }) => isDiscontinuity))
    assert.ok(heard.notes.some((note) => note.note === 'clock' && note.airedMs === aired + 1000))
    assert.deepEqual(heard.troubles.at(-1), null)
  })

  it('is read where its video cannot be, and says when neither can', async () => {
    let isAway = false
    await using server = await serve((request, response) => {
      const url = request.url ?? ''
      if (isAway) response.writeHead(503).end()
      else if (url === '/master.m3u8')
        response.end(`#EXTM3U\n${media('en', ',LANGUAGE="en"')}${stream('video.m3u8', '')}`)
      else if (url === '/video.m3u8')
        response.end(playlist(['a.m4s'], 0, '#EXT-X-MAP:URI="init.mp4"\n'))
      else if (url === '/en.m3u8') response.end(playlist(['a.vtt'], 0))
      else response.end(vtt('HELLO', 1, 2))
    })
    await using heard = await Listener.to(`http://${server.at}/master.m3u8`)
    await until('captions', () => heard.notes.some(({ note }) => note === 'segment'))
    assert.equal(heard.bytes.length, 0)
    isAway = true
    await until('it says so', () =>
      heard.troubles.some((trouble) => /busy \(503\)/.test(trouble ?? '')),
    )
  })
})
