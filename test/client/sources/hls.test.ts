import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { describe, it } from 'node:test'
import { until } from '../../support/processes.ts'
import { Listener, serve } from '../../support/source-listener.ts'

describe('an HLS playlist', () => {
  it('is followed from near its end, each segment once, also when it is lost, and decrypted', async () => {
    const key = Buffer.from('0123456789abcdef')
    let newest = 9
    let isAway = false
    const asked: string[] = []
    const encrypted = (number: number): Buffer => {
      const iv = Buffer.alloc(16)
      iv.writeUInt32BE(number, 12)
      const cipher = createCipheriv('aes-128-cbc', key, iv)
      return Buffer.concat([cipher.update(`${number} `), cipher.final()])
    }
    await using server = await serve((request, response) => {
      const address = new URL(request.url ?? '', 'http://x').pathname
      asked.push(address)
      const [, segment] = /^\/low\/(\d+)\.ts$/.exec(address) ?? []
      if (address === '/master.m3u8')
        response.end(
          '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900\nhigh.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=90\nlow/live.m3u8\n',
        )
      else if (isAway) {
        isAway = false
        response.writeHead(503).end()
      } else if (address === '/low/live.m3u8') {
        const numbers = Array.from({ length: 6 }, (_, n) => newest - 5 + n)
        response.end(
          `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:${newest - 5}\n#EXT-X-KEY:METHOD=AES-128,URI="/key"\n${numbers.map((n) => `#EXTINF:1,\n${n}.ts\n`).join('')}`,
        )
      } else if (address === '/key') response.end(key)
      else if (segment !== undefined) response.end(encrypted(Number(segment)))
      else response.writeHead(404).end()
    })
    await using heard = await Listener.to(`http://${server.at}/master.m3u8`)
    await until('the first segments', () => heard.text === '7 8 9 ')
    newest = 11
    await until('the next', () => heard.text === '7 8 9 10 11 ')
    isAway = true
    await until('it is lost', () => heard.troubles.some((trouble) => trouble !== null))
    newest = 13
    await until('it goes on', () => heard.text === '7 8 9 10 11 12 13 ')
    // The encoder was started again.
    newest = 6
    await until('it begins anew', () => heard.text.endsWith('13 4 5 6 '))
    assert.equal(asked.filter((address) => address === '/key').length, 1)
    assert.ok(!asked.includes('/high.m3u8'))
  })

  it('is followed where pictures are, although sound alone would be less', async () => {
    await using server = await serve((request, response) => {
      const name = request.url ?? ''
      if (name === '/master.m3u8')
        response.end(
          '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=60,CODECS="mp4a.40.2"\nsound.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=900,CODECS="avc1.4d401f,mp4a.40.2"\nvideo.m3u8\n',
        )
      else if (name.endsWith('.m3u8'))
        response.end(`#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n${name.slice(1, -5)}.ts\n`)
      else response.end(name)
    })
    await using heard = await Listener.to(`http://${server.at}/master.m3u8`)
    await until('a segment', () => heard.text !== '')
    assert.equal(heard.text, '/video.ts')
  })

  it('says what it cannot do', async () => {
    const head = '#EXTM3U\n#EXT-X-TARGETDURATION:1\n'
    const pages: Record<string, string> = {
      '/rubbish.m3u8': 'hello',
      '/mp4.m3u8': `${head}#EXT-X-VERSION:7\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:1,\na.m4s\n`,
      '/drm.m3u8': `${head}#EXT-X-VERSION:5\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery",KEYFORMATVERSIONS="1"\n#EXTINF:1,\na.ts\n`,
      '/file.m3u8': `${head}#EXTINF:1,\nfile:///etc/passwd\n`,
      '/circle.m3u8': '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\ncircle.m3u8\n',
    }
    await using server = await serve((request, response) => {
      const page = pages[request.url ?? '']
      if (page === undefined) response.writeHead(404).end()
      else response.end(page)
    })
    const wrong: [string, RegExp][] = [
      ['rubbish', /^what answers there is no HLS playlist/],
      ['mp4', /^its segments are fragmented MP4/],
      ['drm', /^it is encrypted by SAMPLE-AES/],
      ['file', /only http and https are followed/],
      ['circle', /^its playlists name each other/],
      ['none', /^there is no such stream \(404\)/],
    ]
    for (const [name, trouble] of wrong) {
      await using heard = await Listener.to(`http://${server.at}/${name}.m3u8`)
      await until('it says so', () => heard.troubles.length > 0)
      assert.match(heard.troubles[0] ?? '', trouble)
    }
  })
})
