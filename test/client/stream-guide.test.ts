import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import { CaptionPipeline, type Unnumbered } from '../../src/client/pipeline.ts'
import { captioned, withXdsTitle } from '../captions/support/programmes.ts'
import {
  dvbEvents,
  masterGuide,
  psipEvents,
  strings,
  systemTime,
  timeAndDate,
} from '../support/guide-sections.ts'
import {
  captionDescriptor,
  letters,
  makeMultiplex,
  virtualChannels,
  type MadeSection,
} from '../support/multiplex.ts'

const rows = Array.from({ length: 30 }, (_, n) => `ROW ${n} OF WHAT IS SAID HERE`)
const frames = captioned(...rows)
const channels = virtualChannels([{ programme: 1, name: 'KONE', major: 5, minor: 1, sourceId: 11 }])
const at = (time: string): string => `2026-11-24T${time}.000Z`
const event = (id: number, start: string, minutes: number, title: string) => ({
  ...{ id, start: at(start), minutes },
  title,
})

interface Fed {
  readonly airings: readonly (Unnumbered & { readonly type: 'airing' })[]
  readonly runs: readonly (Unnumbered & { readonly type: 'run' })[]
}

function feed(
  sections: readonly MadeSection[],
  {
    startedAt = at('20:10:00'),
    pictures = frames,
    descriptors = [],
    run = 'run-1',
  }: {
    readonly startedAt?: string
    readonly pictures?: readonly Uint8Array[]
    readonly descriptors?: readonly number[]
    readonly run?: string
  } = {},
): Fed {
  const events: Unnumbered[] = []
  const reader = new TsCaptionReader()
  const pipeline = new CaptionPipeline(
    {
      ...{ run, anchorMs: Date.parse(startedAt), live: true, source: 'made', bin: true },
      ...{ decoder: 'ccr 0.0.1', tracks: null, languages: new Map() },
    },
    { durable: (one) => void events.push(one), draft: () => undefined },
  )
  const stream = makeMultiplex([{ number: 1, frames: pictures, descriptors }], sections)
  for (let from = 0; from < stream.length; from += 1880)
    for (const group of reader.push(stream.subarray(from, from + 1880)))
      pipeline.push(group, reader)
  for (const group of reader.end()) pipeline.push(group, reader)
  pipeline.end(reader.reachedMs())
  return {
    airings: events.filter((one) => one.type === 'airing'),
    runs: events.filter((one) => one.type === 'run'),
  }
}

function psip(...events: ReturnType<typeof event>[]): MadeSection {
  return psipEvents(
    11,
    events.map((one) => ({ ...one, title: strings(one.title) })),
  )
}

const brief = ({ airings }: Fed): unknown[] =>
  airings.map(({ title, start, end, source }) => [title, start, end, source])

describe('the guide in a stream', () => {
  const atsc = [masterGuide(), systemTime(at('20:10:00')), channels]
  const evening = event(7, '20:00:00', 60, 'The Evening')

  it('tells what is on, with the times of the broadcast, and the same name in every run', () => {
    const sections = [...atsc, psip(evening, event(8, '21:00:00', 30, 'Later'))]
    const fed = feed(sections, { startedAt: at('20:10:02') })
    assert.deepEqual(brief(fed), [['The Evening', at('20:00:00'), at('21:00:00'), 'psip']])
    assert.match(fed.airings[0]?.id ?? '', /^psip-\d+-7$/)
    assert.equal(feed(sections, { run: 'run-2' }).airings[0]?.id, fed.airings[0]?.id)
  })

  it('tells the next programme when it begins, and one that changed again under its name', () => {
    const soon = event(8, '20:10:10', 30, 'Later')
    const fed = feed([...atsc, psip(evening, soon)])
    assert.deepEqual(
      fed.airings.map(({ title }) => title),
      ['The Evening', 'Later'],
    )
    const changed = {
      ...psipEvents(11, [{ ...evening, minutes: 90, title: strings('The Evening') }], 1),
      from: 0.6,
    }
    const again = feed([...atsc, { ...psip(evening), until: 0.6 }, changed])
    assert.deepEqual(
      again.airings.map(({ end }) => end),
      [at('21:00:00'), at('21:30:00')],
    )
    assert.equal(again.airings[0]?.id, again.airings[1]?.id)
  })

  it('goes by what DVB says is on, not by the schedule', () => {
    const on = { ...event(100, '20:00:00', 5, ''), title: letters('Noch immer') }
    const planned = { ...event(101, '20:05:00', 30, ''), title: letters('Danach') }
    const sections = [
      timeAndDate(at('20:10:00')),
      dvbEvents(1, [on, planned], { table: 0x50 }),
      { ...dvbEvents(1, [{ ...on, minutes: 20 }]), until: 0.6 },
    ]
    assert.deepEqual(brief(feed(sections)), [['Noch immer', at('20:00:00'), at('20:20:00'), 'dvb']])
    const switched = { ...dvbEvents(1, [planned], { version: 1 }), from: 0.6 }
    const titles = feed([...sections, switched]).airings.map(({ title }) => title)
    assert.deepEqual([...new Set(titles)], ['Noch immer', 'Danach'])
  })

  it('ends what was on where the next began, when that is earlier than was planned', () => {
    const on = { ...event(100, '20:00:00', 60, ''), title: letters('Kurz') }
    const next = { ...event(101, '20:10:00', 30, ''), title: letters('Danach') }
    const { airings } = feed([
      timeAndDate(at('20:10:00')),
      { ...dvbEvents(1, [on]), until: 0.5 },
      { ...dvbEvents(1, [next], { version: 1 }), from: 0.5 },
    ])
    assert.deepEqual(
      airings.map(({ title, end }) => [title, end]),
      [
        ['Kurz', at('21:00:00')],
        ['Kurz', at('20:10:00')],
        ['Danach', at('20:40:00')],
      ],
    )
  })

  it('moves the times of a recording to where its run is, as another airing', () => {
    const fed = feed([...atsc, psip(evening)], { startedAt: '2027-01-01T12:00:00.000Z' })
    const [airing] = fed.airings
    assert.equal(airing?.id, 'run-1-7')
    const startMs = Date.parse(airing.start)
    assert.ok(Math.abs(startMs - Date.parse('2027-01-01T11:50:00.000Z')) < 2000, airing.start)
    assert.equal(Date.parse(airing.end ?? '') - startMs, 3_600_000)
  })

  it('goes before XDS, which is heard where the guide is silent', () => {
    const pictures = withXdsTitle(frames, 'OF XDS')
    assert.deepEqual(
      feed([], { pictures }).airings.map(({ title, source }) => [title, source]),
      [
        ['OF XDS', 'xds'],
        ['OF XDS', 'xds'],
      ],
    )
    assert.deepEqual(
      feed([...atsc, psip(evening)], { pictures }).airings.map(({ title }) => title),
      ['The Evening'],
    )
    const silent = feed([...atsc, psip(event(9, '23:00:00', 10, 'Much later'))], { pictures })
    assert.deepEqual([...new Set(silent.airings.map(({ title }) => title))], ['OF XDS'])
  })
})

describe('languages of tracks', () => {
  it('are those of the stream, and a run is told again when they change in flight', () => {
    const descriptors = captionDescriptor([['fre', 'CC']])
    const { runs } = feed([], { descriptors })
    assert.deepEqual(runs.at(-1)?.tracks, [{ track: 'CC1', language: 'fr' }])
    const first = virtualChannels([
      {
        ...{ programme: 1, name: 'KONE', major: 5, minor: 1, sourceId: 11 },
        descriptors: captionDescriptor([['eng', 'CC']]),
      },
    ])
    const second = virtualChannels([
      {
        ...{ programme: 1, name: 'KONE', major: 5, minor: 1, sourceId: 11 },
        descriptors: captionDescriptor([['spa', 'CC']]),
      },
    ])
    const changing = feed([
      { ...first, until: 0.5 },
      { ...second, from: 0.5 },
    ])
    const told = changing.runs.map(({ tracks }) => tracks.map(({ language }) => language).join())
    assert.deepEqual(
      [...new Set(told)].filter((one) => one !== ''),
      ['en', 'es'],
    )
  })
})
