import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { feedAll } from './download.ts'

/** Channels with a few days of invented talk, ending three days ago, in a zone that is not UTC. */

const dayMs = 86_400_000
/** New York is four or five hours behind: noon there is in the afternoon of the same day of UTC. */
const noonMs = Math.floor(Date.now() / dayMs) * dayMs - 3 * dayMs + 17 * 3_600_000

export const zone = 'America/New_York'

export function momentOf(minutes: number): string {
  return new Date(noonMs + minutes * 60_000).toISOString()
}

export function dayName(days: number): string {
  return new Date(noonMs + days * dayMs).toISOString().slice(0, 10)
}

export const programmes = [
  { id: 'tide', title: 'The Tide at Noon', from: 0, to: 30 },
  { id: 'rope', title: 'Rope & Sail: a week in the harbour of the old town', from: 30, to: 60 },
  { id: 'late', title: 'Lights Out', from: 90, to: 94 },
] as const

const words = [
  '>> THE FERRY LEAVES AT NINE.',
  'THE HARBOUR IS QUIET THIS EVENING,',
  'AND THE WIND COMES FROM THE WEST.',
  '>> HOW LONG UNTIL THE TIDE TURNS?',
  'ABOUT AN HOUR, I WOULD SAY.',
  'THE BAKERY SOLD OUT OF BREAD.',
]
const secondsPerLine = 8

export async function addTalk(dataDir: string): Promise<string> {
  await using directory = openSqliteDirectory(dataDir)
  for (const [id, name, mayExport] of [
    ['harbour', 'Harbour Twelve', true],
    ['sealed', 'Sealed Channel', false],
    ['silent', 'Silent Channel', true],
  ] as const)
    await directory.createChannel({
      ...{ id, name, network: null, country: null, languages: ['en'], timeZone: zone },
      ...{ description: null, tags: [], website: null, logo: null, externalIds: [] },
      policy: {
        ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
        ...{ retentionDays: null, export: mayExport, robots: false },
      },
    })
  return (await directory.createToken({ feed: 'harbour' }, 'test', null)).token
}

/** Two hours of one day, a little of two days before, which has no programme, and between them a gap. */
export async function feedTalk(server: { readonly url: string }, token: string): Promise<void> {
  const events: object[] = []
  const add = (event: object): void => {
    events.push({ seq: events.length + 1, ...event })
  }
  const talk = (run: string, track: string, fromMinute: number, toMinute: number): void => {
    let id = 1
    for (let at = fromMinute * 60; at < toMinute * 60; at += secondsPerLine, id++)
      add({
        ...{ type: 'cue', run, track, id, mode: 'roll-up' },
        ...{ start: momentOf(at / 60), end: momentOf((at + secondsPerLine - 0.5) / 60) },
        text: track === 'CC3' ? 'EL MAR ESTÁ EN CALMA.' : (words[id % words.length] ?? ''),
      })
  }
  const tracks = [
    { track: 'CC1', language: 'en' },
    { track: 'CC3', language: 'es' },
  ]
  const run = (id: string, minute: number): void =>
    add({
      ...{ type: 'run', run: id, startedAt: momentOf(minute), live: true, source: 'test' },
      ...{ extractor: 'test', decoder: 'test', tracks },
    })
  const yesterday = -2 * 24 * 60
  run('r1', yesterday)
  talk('r1', 'CC1', yesterday, yesterday + 10)
  add({
    ...{ type: 'gap', run: 'r1', id: 'g1', reason: 'tuner-offline' },
    ...{ from: momentOf(yesterday + 60), to: momentOf(0) },
  })
  run('r2', 0)
  for (const { id, title, from, to } of programmes)
    add({
      ...{ type: 'airing', run: 'r2', id, title, source: 'xds' },
      ...{ start: momentOf(from), end: momentOf(to) },
      ...{ description: null, category: null, rating: null },
    })
  talk('r2', 'CC1', 0, 120)
  talk('r2', 'CC3', 0, 10)
  add({
    ...{ type: 'gap', run: 'r2', id: 'g2', reason: 'source-lost' },
    ...{ from: momentOf(60), to: momentOf(75) },
  })
  add({ type: 'end' })
  await feedAll(server, 'harbour', token, events)
}
