import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { formatRcwtGroup, formatRcwtHeader } from '../../src/captions/rcwt.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { groupsOf, makeEvening } from '../captions/support/television.ts'
import { cpuMs } from '../support/cpu-time.ts'
import { chunks, damage } from '../support/damage.ts'
import { keepFinding } from '../support/findings.ts'
import { mediaFolder } from '../support/media.ts'
import { createRandom } from '../support/random.ts'
import { sourceChecks, type SourceCheck, type SourceKind } from '../support/source-checks.ts'
import { dvbGerman, isdb, subtitleStream, teletext888 } from '../support/subtitle-stream.ts'

/** Damaged bytes of every source: nothing throws what it should not, nothing hangs, and pieces do not matter. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 5)
const seed = Number(process.env['TEST_SEED'] ?? 1)
/** Thousands of times real time; more is a hang in the making. */
const longestRoundMs = 5000

const text = (all: string): Uint8Array => Buffer.from(all)
const { frames } = makeEvening(7, 1, ['roll-up', 'pop-on'])

function block(command: number, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(10)
  length.write(String(payload.length), 'latin1')
  return Buffer.concat([Buffer.of(command), length, payload, Buffer.from('\r\n')])
}

const spellings = [
  '00:00:01,000|00:00:02,000|POP|  ONE\r\n00:00:01,000|00:00:02,000|POP|TWO\r\n',
  '00:00:02,100|00:00:02,900|CC1|POP|ROW\r\nANOTHER\r\n3,000|4,000|RU3|>> SAID ONCE.\n',
  '00:00:03,000|00:00:03,100|XDS|CUR|Program name: The Evening\r\n',
  '00:00:03,000|00:00:03,100|XDS|CUR|PIN (Start Time): Current  07-10 20:00\n\r\n',
  '1507366447,969|1507366447,985|RU2|JO\n1507366447,985|1507366448,001|RU2|JON\n1507366448,003|1507366448,035|RU2|JON LE\n1507366447,968|1507366448,936|RU2|JON LE\n',
  '19700101000005.433|19700101000006.433|891TLT|<font color="#ff0000">TEXT</font>\r\n',
  '20170714024002,102|20170714024003,102|eng|DVB|A | B\r\nReceived SIGTERM, terminating as soon as possible.\n',
]

function seedsOf(kind: SourceKind): Uint8Array[] {
  switch (kind) {
    case 'transcript':
    case 'notice': {
      const recorded = globSync(`${mediaFolder}/{,ccextractor-0.94/}*.{ttxt,txt}`)
      return [text(spellings.join('').repeat(4)), ...recorded.map((file) => readFileSync(file))]
    }
    case 'sendto': {
      const groups = groupsOf(frames).slice(0, 60).map(formatRcwtGroup)
      const parts = groups.flatMap((bytes) => [
        block(6, bytes.subarray(0, 10)),
        block(6, bytes.subarray(10)),
      ])
      const guide = text(
        '20260101000000 +0000\0' + '20260101003000 +0000\0Evening\0All.\0eng\0News\0',
      )
      const hello = [block(2, text('')), block(4, text('News')), block(5, formatRcwtHeader())]
      const pings = [Buffer.from('37300000000000000000000d0a', 'hex'), Buffer.of(0x37)]
      return pings.map((ping) => Buffer.concat([...hello, ping, ...parts, ping, block(7, guide)]))
    }
    case 'playlist':
      return [
        '#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="en",LANGUAGE="en",URI="en.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=90,SUBTITLES="s",CLOSED-CAPTIONS=NONE,CODECS="avc1.4d401f,mp4a.40.2"\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=900\nhttp://example.org/high.m3u8\n',
        '#EXTM3U\n#EXT-X-VERSION:4\n#EXT-X-TARGETDURATION:6\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-KEY:METHOD=AES-128,URI="/key",IV=0x00000000000000000000000000000001\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z\n#EXTINF:6.006,\na.ts\n#EXT-X-BYTERANGE:1000@2000\n#EXTINF:6,\nb.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:6,\nc.ts\n#EXT-X-ENDLIST\n',
      ].map(text)
    case 'renditions':
      return [
        'WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000\n\n1\n00:00:01.000 --> 00:00:04.000 line:90%\n<v Anna>Hello &amp; <i>bye</i>\n\n00:00:04.000 --> 00:00:06.000\nONE\n\n00:00:04.000 --> 00:00:06.000\nTWO\n\nNOTE x\n',
        'WEBVTT\r\nX-TIMESTAMP-MAP=LOCAL:00:10.500,MPEGTS:8589934000\r\n\r\n00:11.000 --> 00:12.000\r\nX\r\n',
      ].map(text)
    case 'rtp':
      return [0, 1].map((extension) =>
        Buffer.concat(
          Array.from({ length: 120 }, (_, n) => {
            const packet = Buffer.alloc(12 + 8 * extension + 4, 0x47)
            packet.set([0x80 | (extension << 4), 33, (65_500 + n) >> 8, (65_500 + n) & 0xff])
            packet.fill(7, 4, 12)
            if (extension === 1) packet.set([0, 0, 0, 1], 12)
            return packet
          }),
        ),
      )
    case 'probe': {
      const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
      const video = Buffer.concat(frames.slice(0, 300).map((frame) => writer.push(frame)))
      return [teletext888, dvbGerman, isdb].map((descriptors) =>
        Buffer.concat([subtitleStream(descriptors, 120), video]),
      )
    }
  }
}

const kinds = Object.keys(sourceChecks) as SourceKind[]

describe('damaged sources', () => {
  for (const kind of kinds)
    it(`${kind}: are read or refused, never more than that`, (t) => {
      const random = createRandom(seed + kinds.indexOf(kind))
      const seeds = seedsOf(kind)
      const check: SourceCheck = sourceChecks[kind]
      for (const bytes of seeds) keepFinding(kind, bytes, () => check(bytes, chunks(bytes, random)))
      const end = Date.now() + (seconds * 1000) / kinds.length
      let rounds = 0
      while (Date.now() < end) {
        const bytes = damage(random.pick(seeds), random)
        const parts = chunks(bytes, random)
        keepFinding(kind, bytes, () => {
          const began = cpuMs()
          check(bytes, parts)
          assert.ok(cpuMs() - began < longestRoundMs, 'it took too long')
        })
        rounds++
      }
      assert.ok(rounds > 0)
      t.diagnostic(`in all: ${rounds} × ${kind}`)
    })
})
