import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { airingEvent, at, cueEvent, gapEvent, runEvent } from '../conformance/events.ts'
import { bytesOf, feedAll, problemOf, unzip } from '../support/download.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

const formats = ['srt', 'vtt', 'ttml', 'txt', 'json', 'jsonl', 'csv'] as const
const hour = 3600
/** More than a page of the archive. */
const cueCount = 5000

let folder: Folder
let server: Server
let token: string

const range = `from=${at(0)}&to=${at(8 * hour)}`

function address(rest: string, channel = 'news'): string {
  return `${server.url}/api/v1/channels/${channel}/${rest}`
}

before(async () => {
  folder = await temporaryFolder()
  token = await addChannel(folder.path, 'news')
  server = await startServer(folder.path)
  const tracks = [
    { track: 'CC1', language: 'en' },
    { track: 'CC3', language: 'es' },
  ]
  let seq = 0
  await feedAll(server, 'news', token, [
    runEvent(++seq, { tracks }),
    airingEvent(++seq, 'early', -600, 60, { title: 'Éarly: “News” / à la carte' }),
    airingEvent(++seq, 'late', 4 * hour, 5 * hour, { title: 'The Late Show' }),
    airingEvent(++seq, 'late-2', 4 * hour, 5 * hour, { title: 'The Late Show' }),
    gapEvent(++seq, 'hole', 2 * hour, 2 * hour + 60),
    ...Array.from({ length: cueCount }, (_, n) =>
      cueEvent(++seq, n + 1, n * 5, { text: `Row ${n + 1}, said é`, end: at(n * 5 + 4) }),
    ),
    cueEvent(++seq, 1, 30, { track: 'CC3', text: 'Hola' }),
    { seq: ++seq, type: 'end', run: 'run-1' },
  ])
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

describe('GET /channels/{id}/download', () => {
  it('gives every format, its length known before, its size told to the byte', async () => {
    for (const format of formats) {
      const query = `${range}&format=${format}`
      const answer = await fetch(address(`download?${query}`))
      assert.equal(answer.status, 200, format)
      const body = await bytesOf(answer)
      assert.equal(Number(answer.headers.get('content-length')), body.length, format)
      assert.match(answer.headers.get('ccr-position') ?? '', /^[0-9a-z]{8,26}\.[1-9]/)
      const size = (await (await fetch(address(`download/size?${query}`))).json()) as object
      assert.deepEqual(size, {
        ...{ bytes: body.length, cues: cueCount + 1, from: at(0), to: at(8 * hour) },
        filename: `news-2026-11-10T12.00Z-to-2026-11-10T20.00Z.${format}`,
        ...{ late: 0, replaced: 0 },
      })
      const head = await fetch(address(`download?${query}`), { method: 'HEAD' })
      assert.equal(head.status, 200)
      for (const name of ['content-length', 'content-type', 'content-disposition', 'etag'])
        assert.equal(head.headers.get(name), answer.headers.get(name), name)
      assert.equal((await bytesOf(head)).length, 0)
    }
  })

  it('says every cue once and in order, over the pages, with gaps and programmes', async () => {
    const answer = await fetch(address(`download?${range}&format=json`))
    const { items } = (await answer.json()) as {
      items: { type: string; id: unknown; start?: string; from?: string; track?: string }[]
    }
    const ids = items.filter((item) => item.type === 'cue' && item.track === 'CC1')
    assert.deepEqual(
      ids.map(({ id }) => id),
      Array.from({ length: cueCount }, (_, n) => n + 1),
    )
    const rest = items.filter(({ type }) => type !== 'cue').map(({ id }) => id)
    // After the feed's end the server tells a gap of its own.
    assert.deepEqual(
      rest.filter((id) => !String(id).startsWith('server:')),
      ['early', 'hole', 'late', 'late-2'],
    )
    const times = items.map(({ start, from }) => start ?? from ?? '')
    assert.deepEqual(times.toSorted(), times)
  })

  it('takes an airing in place of a range, and names the file by it', async () => {
    const answer = await fetch(address('download?airing=early&format=srt&track=CC1'))
    assert.equal(
      answer.headers.get('content-disposition'),
      `attachment; filename="news-Early News a la carte-2026-11-10T11.50Z-CC1.srt"; filename*=UTF-8''news-%C3%89arly%20%E2%80%9CNews%E2%80%9D%20%C3%A0%20la%20carte-2026-11-10T11.50Z-CC1.srt`.replace(
        'Early News a',
        'Early _News_ a',
      ),
    )
    const body = await answer.text()
    // The file's zero is the beginning of the airing, ten minutes before the first cue.
    assert.match(body, /^1\n00:10:00,000 --> 00:10:04,000\nRow 1, said é\n/)
    assert.equal(body.match(/-->/g)?.length, 12)
  })

  it('takes single cues of a range, by address or by body', async () => {
    const cue = ['run-1/CC1/2', 'run-1/CC3/1', 'run-1/CC1/4999']
    const query = `${range}&format=jsonl&${cue.map((id) => `cue=${id}`).join('&')}`
    const byAddress = await (await fetch(address(`download?${query}`))).text()
    const texts = byAddress.trimEnd().split('\n')
    assert.deepEqual(
      texts.map((line) => (JSON.parse(line) as { text: string }).text),
      ['Row 2, said é', 'Hola', 'Row 4999, said é'],
    )
    const byBody = await fetch(address('download'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'jsonl', from: at(0), to: at(8 * hour), cue }),
    })
    assert.equal(await byBody.text(), byAddress)
  })

  it('counts from midnight with zero=clock', async () => {
    const answer = await fetch(address(`download?${range}&format=srt&track=CC1&zero=clock`))
    assert.match(await answer.text(), /^1\n12:00:00,000 --> 12:00:04,000\n/)
  })

  it('resumes: any part of a finished range is that part, as long as the file is the same', async () => {
    const url = address(`download?${range}&format=vtt&track=CC1`)
    const whole = await fetch(url)
    const bytes = await bytesOf(whole)
    const tag = whole.headers.get('etag') ?? ''
    assert.match(tag, /^"[\w-]{20,}"$/)
    assert.equal(whole.headers.get('accept-ranges'), 'bytes')
    const parts: [string, number, number][] = [
      ['bytes=0-99', 0, 100],
      [`bytes=${bytes.length - 10}-`, bytes.length - 10, bytes.length],
      ['bytes=-7', bytes.length - 7, bytes.length],
      ['bytes=150000-150001', 150_000, 150_002],
      ['bytes=1000-99999999', 1000, bytes.length],
    ]
    for (const [range, from, to] of parts) {
      const part = await fetch(url, { headers: { range, 'if-range': tag } })
      assert.equal(part.status, 206, range)
      assert.equal(part.headers.get('content-range'), `bytes ${from}-${to - 1}/${bytes.length}`)
      assert.deepEqual(await bytesOf(part), bytes.subarray(from, to), range)
    }
    const other = await fetch(url, { headers: { range: 'bytes=5-9', 'if-range': '"other"' } })
    assert.equal(other.status, 200)
    assert.deepEqual(await bytesOf(other), bytes)
    const beyond = await fetch(url, { headers: { range: `bytes=${bytes.length}-` } })
    assert.equal(beyond.headers.get('content-range'), `bytes */${bytes.length}`)
    assert.match(await problemOf(beyond), /^416 range-not-satisfiable/)
    const known = await fetch(url, { headers: { 'if-none-match': `W/"x", ${tag}` } })
    assert.equal(known.status, 304)
    for (const range of ['bytes=9-5', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,5-6', 'bytes=-'])
      assert.equal((await fetch(url, { headers: { range } })).status, 200, range)
  })

  it('gives no tag to a range that is not finished, and sends it all the same', async () => {
    const url = address(`download?from=${at(0)}&to=2099-01-01T00:00:00Z&format=srt&track=CC1`)
    const answer = await fetch(url, { headers: { range: 'bytes=0-9' } })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('etag'), null)
    assert.equal((await answer.text()).match(/-->/g)?.length, cueCount)
  })

  it('changes its tag when a late cue changes the file', async () => {
    const own = await addChannel(folder.path, 'changing')
    const url = address(`download?from=${at(0)}&to=${at(100)}&format=srt`, 'changing')
    await feedAll(server, 'changing', own, [
      runEvent(1),
      cueEvent(2, 1, 5),
      { seq: 3, type: 'end' },
    ])
    const before = (await fetch(url)).headers.get('etag')
    await feedAll(server, 'changing', own, [
      runEvent(1, { run: 'run-2' }),
      cueEvent(2, 1, 7, { run: 'run-2' }),
      { seq: 3, type: 'end' },
    ])
    const changed = await fetch(url, { headers: { 'if-none-match': before ?? '' } })
    assert.equal(changed.status, 200)
    assert.notEqual(changed.headers.get('etag'), before)
  })

  it('says what is wrong with a wish, and refuses what policy does not offer', async () => {
    const wrong: [string, RegExp][] = [
      ['download?format=doc', /^400 bad-request .*format/],
      ['download', /^400 bad-request .*format/],
      [`download?format=srt&from=yesterday`, /^400 bad-request .*from/],
      [`download?format=srt&from=${at(9)}&to=${at(1)}`, /^400 bad-request .*from/],
      ['download?format=srt&airing=nothing', /^404 not-found .*nothing/],
      [`download?format=srt&airing=early&from=${at(0)}`, /^400 bad-request airing/],
      ['download?format=scc&track=CC1', /^400 bad-request format=scc/],
      [`download?format=scc&${range}`, /^400 bad-request track: .*CC1, CC3/],
      ['download?format=srt&cue=run-1/CC1/1', /^400 bad-request cue/],
      [`download?format=srt&${range}&cue=1`, /^400 bad-request .*cue/],
      [`download?format=bin&${range}&cue=run-1/CC1/1`, /^400 bad-request cue/],
      ['download.zip?format=srt', /^400 bad-request airing/],
    ]
    for (const [rest, expected] of wrong)
      assert.match(await problemOf(await fetch(address(rest))), expected, rest)
  })

  it('ends its reading when the reader goes', async () => {
    for (let n = 0; n < 20; n++) {
      const aborted = new AbortController()
      const answer = await fetch(address(`download?${range}&format=json`), {
        signal: aborted.signal,
      })
      assert.equal(answer.status, 200)
      aborted.abort()
    }
    const answer = await fetch(address(`download?${range}&format=srt`))
    assert.equal(answer.status, 200)
    await answer.arrayBuffer()
  })
})

describe('GET /channels/{id}/download.zip', () => {
  it('holds a file for each airing, named by programme and time, as it is downloaded alone', async () => {
    const query = 'format=vtt&track=CC1&airing=early&airing=late&airing=late-2&airing=late'
    const answer = await fetch(address(`download.zip?${query}`))
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('content-type'), 'application/zip')
    assert.match(answer.headers.get('content-disposition') ?? '', /filename="news-2026-11-10\.zip"/)
    const found = await unzip(await bytesOf(answer))
    assert.deepEqual(
      [...found.keys()],
      [
        'news-Éarly “News” à la carte-2026-11-10T11.50Z-CC1.vtt',
        'news-The Late Show-2026-11-10T16.00Z-CC1.vtt',
        'news-The Late Show-2026-11-10T16.00Z-CC1 (2).vtt',
      ],
    )
    const alone = await (await fetch(address('download?format=vtt&track=CC1&airing=late'))).text()
    assert.equal([...found.values()][1], alone)
  })

  it('takes a selection as a body', async () => {
    const answer = await fetch(address('download.zip'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ format: 'txt', airing: ['early'], cue: ['run-1/CC3/1'] }),
    })
    const [body] = (await unzip(await bytesOf(answer))).values()
    assert.match(body ?? '', /\n\nCC3: Hola\n$/)
  })
})
