import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { openSqliteDirectory } from '../../../src/server/engines/sqlite/sqlite-directory.ts'
import { feedAll } from '../download.ts'
import { addChannel, run, type Running, type Server } from '../processes.ts'

/**
 * Channels of many scripts, some with names, programmes and captions that would be pages, were they not text. Nothing in
 * them was said on television.
 */

const fed = { 'harbour-news': 'harbour-news.ts', 'river-sport': 'river-sport.bin' } as const

const channels = {
  'harbour-news': { name: 'Harbour News', network: 'Harbour One', country: 'US' },
  'river-sport': { name: 'River Sport', network: 'Harbour One', country: 'GB' },
  'night-film': { name: 'Night Film', network: 'Harbour One', country: 'US' },
  tongues: { name: 'Tongues of the World', network: null, country: 'CH' },
  mina: { name: 'قناة الميناء الإخبارية', network: 'شبكة البحر', country: 'EG' },
  minato: { name: '港ニュース 24', network: '海テレビ', country: 'JP' },
  markup: {
    name: '<script>alert(1)</script> <b>News</b> &amp; Co',
    network: '<img src=x onerror=alert(2)>',
    country: 'US',
  },
} as const

interface Told {
  readonly programme: string
  readonly tracks: Readonly<
    Record<string, { readonly language: string; readonly lines: readonly string[] }>
  >
}

const told: Readonly<Record<string, Told>> = {
  tongues: {
    programme: 'العبّارة / המעבורת / 渡し船',
    tracks: {
      CC1: { language: 'ar', lines: ['>> مساء الخير من الميناء.', 'العبّارة تغادر في التاسعة.'] },
      S1: { language: 'he', lines: ['>> ערב טוב מהנמל.', 'המעבורת יוצאת בתשע (2026).'] },
      S2: {
        language: 'ja',
        lines: ['こんばんは、港からお伝えします。', '船は九時に出ます。'],
      },
      S3: {
        language: 'ko',
        lines: ['안녕하세요, 항구에서 전해드립니다.', '배는 아홉 시에 떠납니다.'],
      },
    },
  },
  mina: {
    programme: 'نشرة المساء من الميناء',
    tracks: {
      CC1: { language: 'ar', lines: ['>> وصلت ٣ سفن إلى Harbour One اليوم.', 'الطقس غدًا مشمس.'] },
    },
  },
  minato: {
    programme: '夕方の港ニュース',
    tracks: {
      CC1: { language: 'ja', lines: ['灯台が再び光っています。', '日曜日も渡し船が運航します。'] },
    },
  },
  markup: {
    programme: '<i>Late</i> & "Early" <script>alert(3)</script>',
    tracks: {
      CC1: {
        language: 'en',
        lines: [
          '>> <img src=x onerror=alert(4)> SAID THE LIGHTHOUSE.',
          '&lt;b&gt; IS NO <b>TAG</b> & NEITHER IS {{THIS}}.',
        ],
      },
    },
  },
}

/** To be called before the server starts. */
export async function addPictureChannels(dataDir: string): Promise<ReadonlyMap<string, string>> {
  const tokens = new Map<string, string>()
  for (const id of Object.keys(channels)) tokens.set(id, await addChannel(dataDir, id))
  await using directory = openSqliteDirectory(dataDir)
  for (const [id, fields] of Object.entries(channels)) {
    const known = directory.channel(id)
    if (known === undefined) throw new Error(`no ${id}`)
    await directory.replaceChannel({ ...known, ...fields })
  }
  return tokens
}

/** Two of them by real senders, for as long as they run; the others were told a minute ago. */
export async function feedPictureChannels(
  server: Server,
  tokens: ReadonlyMap<string, string>,
  folder: string,
): Promise<readonly Running[]> {
  for (const [id, what] of Object.entries(told))
    await feedAll(server, id, tokens.get(id) ?? '', eventsOf(what, Date.now() - 60_000))
  return Object.entries(fed).map(([id, file]) =>
    run(
      [
        ...['send', '--server', server.url, '--channel', id, '--loop'],
        ...['--input', path.resolve('samples', file), '--spool', path.join(folder, `spool-${id}`)],
      ],
      { CCR_TOKEN: tokens.get(id) ?? '' },
    ),
  )
}

/** A line every four seconds of every track, the programme around them, and a hole behind. */
function eventsOf({ programme, tracks }: Told, fromMs: number): object[] {
  const iso = (ms: number): string => new Date(fromMs + ms).toISOString()
  const cues = Object.entries(tracks).flatMap(([track, { lines }]) =>
    lines.map((text, n) => ({
      ...{ type: 'cue', run: 'r1', track, id: n + 1, mode: 'roll-up', text },
      ...{ start: iso(n * 4000), end: iso(n * 4000 + 3500) },
    })),
  )
  return [
    {
      ...{ type: 'run', run: 'r1', startedAt: iso(-1000), live: true, source: 'test' },
      ...{ extractor: 'test', decoder: 'test' },
      tracks: Object.entries(tracks).map(([track, { language }]) => ({ track, language })),
    },
    {
      ...{ type: 'airing', run: 'r1', id: randomUUID(), title: programme, source: 'xds' },
      ...{ start: iso(-1000), end: null, description: null, category: null, rating: null },
    },
    ...cues,
    {
      ...{ type: 'gap', run: 'r1', id: 'g1', reason: 'source-lost' },
      ...{ from: iso(20_000), to: iso(40_000) },
    },
  ].map((event, n) => ({ seq: n + 1, ...event }))
}
