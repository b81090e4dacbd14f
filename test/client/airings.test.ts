import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Airings, type GuideAiring } from '../../src/client/airings.ts'
import { parseDescription, parseEpg } from '../../src/client/sources/sendto/epg.ts'

const zero = Date.UTC(2026, 0, 1)
const min = 60_000

function guide(id: string, from: number, to: number | null, title = id): GuideAiring {
  const times = { startMs: zero + from * min, endMs: to === null ? null : zero + to * min }
  return { id, title, ...times, description: null, category: null, rating: null }
}

function programme(title: string, at: number): Parameters<Airings['programme']>[0] {
  return {
    ...{ type: 'programme', atMs: at * min, title, network: null, callLetters: null },
    ...{ rating: null, category: null, description: null, lengthMinutes: null, elapsedMinutes: 1 },
  }
}

function listen(): { airings: Airings; told: () => string[] } {
  let all: string[] = []
  const airings = new Airings({
    ...{ run: 'r', wallMs: (ms) => zero + ms },
    tell: ({ title, start, end, source }) =>
      all.push(`${source} ${title} ${start.slice(11, 16)}-${end?.slice(11, 16) ?? ''}`),
  })
  const told = (): string[] => {
    const now = all
    all = []
    return now
  }
  return { airings, told }
}

describe('airings', () => {
  it('of a guide are told when they begin, once, and again only when they changed', () => {
    const { airings, told } = listen()
    for (const one of [guide('b', 30, 60), guide('a', 0, 30), guide('gone', -30, -1)]) {
      airings.announce(one)
      airings.announce(one)
    }
    airings.reach(5 * min)
    assert.deepEqual(told(), ['epg a 00:00-00:30'])
    airings.announce(guide('a', 0, 30))
    airings.reach(6 * min)
    assert.deepEqual(told(), [])
    airings.announce(guide('a', 0, 35))
    airings.reach(7 * min)
    assert.deepEqual(told(), ['epg a 00:00-00:35'])
    airings.reach(30 * min)
    assert.deepEqual(told(), ['epg b 00:30-01:00'])
  })

  it('of XDS are told where no guide says what is on', () => {
    const { airings, told } = listen()
    airings.programme(programme('said', 2))
    airings.programme(programme('said', 2))
    assert.deepEqual(told(), ['xds said 00:01-'])
    airings.announce(guide('a', 0, 30))
    airings.reach(5 * min)
    assert.deepEqual(told(), ['xds said 00:01-00:05', 'epg a 00:00-00:30'])
    airings.programme(programme('other', 6))
    assert.deepEqual(told(), [])
    airings.programme(programme('later', 40))
    airings.end(50 * min)
    assert.deepEqual(told(), ['xds later 00:39-', 'xds later 00:39-00:50'])
  })

  it('are read from what CCExtractor sends, in its zone and whatever is missing', () => {
    const strings = (...parts: string[]): Uint8Array => Buffer.from(`${parts.join('\0')}\0`)
    const event = parseEpg(
      strings(
        '20260101000000 +0100',
        '20260101003000 +0100',
        'Ein\x07 Abend',
        'Alles',
        'ger',
        'Drama',
      ),
    )
    assert.partialDeepStrictEqual(event, {
      ...{ title: 'Ein Abend', startMs: zero - 60 * min, endMs: zero - 30 * min },
      ...{ description: 'Alles', category: 'Drama' },
    })
    assert.match(event?.id ?? '', /^epg-[0-9a-f]{24}$/)
    assert.partialDeepStrictEqual(parseEpg(strings('20260101000000 +0000', '', 'X')), {
      ...{ endMs: null, description: null, category: null },
    })
    assert.equal(
      parseEpg(Buffer.from('20260101000000 +0000\0\0caf\xe9\0', 'latin1'))?.title,
      'café',
    )
    for (const wrong of [
      '',
      'soon\0\0X\0',
      '20261301000000 +0000\0\0X\0',
      '20260101000000 +0000\0\0\0',
    ])
      assert.equal(parseEpg(Buffer.from(wrong)), undefined)
    assert.equal(parseDescription(Buffer.from('Noticias\0 \x1b[2J')), 'Noticias [2J')
  })
})
