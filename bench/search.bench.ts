import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { onlyOverTheEdge } from './search/edges.ts'
import { geometricMean, type Figure, type Figures } from './search/figures.ts'
import { measureLucene, type PeerResult } from './search/lucene.ts'
import { madeFolder } from './search/made-folder.ts'
import { Ours } from './search/ours.ts'
import { measurePostgres } from './search/postgres.ts'
import { questions } from './search/queries.ts'
import { measureShared } from './search/shared.ts'
import { measureUnderLoad } from './search/under-load.ts'
import { Vocabulary } from './search/vocabulary.ts'

/**
 * Search on 8,300 hours of made speech, in one thread beside Lucene 8 and PostgreSQL on the same text, and over HTTP
 * against `ccr serve` while 200 channels feed it. Goals: first page p95 at most 50 ms, a year's timeline at most 300 ms
 * when asked again, and no slower than Lucene.
 */

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '8300' },
    /** Of `ours`, `lucene`, `postgres`, `load`, and `shared`: the engine of several nodes, on hours of its own. */
    parts: { type: 'string', default: 'ours,lucene,postgres,load,shared' },
    'shared-hours': { type: 'string', default: '240' },
    seconds: { type: 'string', default: '60' },
  },
})
const parts = new Set(values.parts.split(','))
const asked = questions(new Vocabulary())

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`)
const made = await madeFolder(Number(values.hours))
const seconds = made.madeInSeconds === null ? 'kept from before' : `${made.madeInSeconds} s`
console.log(
  `${made.hours} hours of speech, ${made.cues} cues, ${made.words} words; made in: ${seconds}`,
)

const ours = parts.has('ours') ? measureOurs() : undefined
const lucene = parts.has('lucene') ? found(measureLucene(made, asked)) : undefined
const postgres = parts.has('postgres') ? found(await measurePostgres(made, asked)) : undefined
if (ours !== undefined) {
  await compareAnswers(ours, [lucene, postgres])
  printFigures(ours)
}
const load = parts.has('load') ? await measureUnderLoad(made, Number(values.seconds)) : undefined
if (load !== undefined) console.table(rounded(load))

const shared = parts.has('shared') ? await compareShared(Number(values['shared-hours'])) : undefined

const bytesPerHour = made.indexBytes / made.hours
const tenYearHours = 1000 * 10 * 365.25 * 24
const mebibyte = 2 ** 20
const paper = {
  ...{ channels: 1000, years: 10 },
  indexTiB: rounded1((bytesPerHour * tenYearHours) / 2 ** 40),
  archiveTiB: rounded1(((made.archiveBytes / made.hours) * tenYearHours) / 2 ** 40),
  ...(ours === undefined ? {} : costOfTenYears(ours)),
}
console.table(paper)
console.log(
  JSON.stringify({
    hours: made.hours,
    firstPageP95Ms: load === undefined ? null : rounded1(load.firstPageP95Ms),
    timelineWarmMs: load === undefined ? null : rounded1(load.warmTimelineP95Ms),
    timelineColdMs: load === undefined ? null : rounded1(load.coldTimelineP95Ms),
    liveP99Ms: load?.liveP99Ms ?? null,
    livePlainP99Ms: load?.livePlainP99Ms ?? null,
    vsLucene: ratio(lucene),
    vsPostgres: ratio(postgres),
    ...(lucene === undefined ? {} : { vsLuceneParts: ratios(lucene) }),
    indexBytesPerHour: Math.round(bytesPerHour),
    indexMiB: rounded1(made.indexBytes / mebibyte),
    archiveMiB: rounded1(made.archiveBytes / mebibyte),
    luceneMiB: lucene === undefined ? null : rounded1(lucene.bytes / mebibyte),
    postgresGinMiB: postgres === undefined ? null : rounded1(postgres.bytes / mebibyte),
    ...(shared === undefined ? {} : { shared }),
    paper,
  }),
)

function measureOurs(): Figures {
  const engine = new Ours(made.dataDir)
  try {
    return new Map(asked.map((question) => [question.name, engine.measure(question)]))
  } finally {
    engine.close()
  }
}

async function compareShared(hours: number): Promise<object | undefined> {
  const result = await measureShared(await madeFolder(hours), asked)
  if (typeof result === 'string') {
    console.log(`${result}; left out`)
    return undefined
  }
  const { rows, vsEmbedded, ...others } = result
  console.log('milliseconds, embedded (of one thread) / on PostgreSQL (as a node waits for it)')
  console.table(rows)
  return { hours, vsEmbedded: rounded(vsEmbedded), ...rounded(others) }
}

function found(result: PeerResult | string): PeerResult | undefined {
  if (typeof result !== 'string') return result
  console.log(`${result}; left out`)
  return undefined
}

/** Engines that count minutes must find as many, but for phrases that go on in the next minute. */
async function compareAnswers(
  figures: Figures,
  peers: readonly (PeerResult | undefined)[],
): Promise<void> {
  const overTheEdge = await onlyOverTheEdge(made, asked)
  for (const { name, kind } of asked) {
    // Ours has both words of AND, and what it takes away, within 60 words, theirs within a minute; NEAR has edges too.
    if (kind === 'and' || kind === 'not' || kind === 'near') continue
    const wanted = (figures.get(name)?.minutes ?? 0) - (overTheEdge.get(name) ?? 0)
    for (const peer of peers) {
      const minutes = peer?.figures.get(name)?.minutes ?? wanted
      if (minutes !== wanted)
        throw new Error(`${name}: ${wanted} minutes of ours, ${minutes} of a peer's`)
    }
  }
}

function printFigures(figures: Figures): void {
  const table = (key: 'firstPageMs' | 'countMs' | 'coldTimelineMs' | 'warmTimelineMs'): object =>
    Object.fromEntries(
      asked.map(({ name }) => [
        name,
        {
          ccr: rounded3(figures.get(name)?.[key]),
          'Lucene 8': rounded3(lucene?.figures.get(name)?.[key]),
          PostgreSQL: rounded3(postgres?.figures.get(name)?.[key]),
          'minutes found': figures.get(name)?.minutes,
        },
      ]),
    )
  console.log('milliseconds of one thread; PostgreSQL: as its client sees it')
  console.log('the 20 newest')
  console.table(table('firstPageMs'))
  console.log('all counted')
  console.table(table('countMs'))
  console.log('a year by day, cold')
  console.table(table('coldTimelineMs'))
  console.log('a year by day, warm')
  console.table(table('warmTimelineMs'))
}

/** Ours / theirs: first pages of everything, counts of phrases, timelines of everything. */
function ratios({ figures }: PeerResult): Record<string, number> {
  const mean = (key: keyof Figure, isAsked: (kind: string) => boolean = () => true): number =>
    rounded3(
      geometricMean(
        asked
          .filter(({ kind }) => isAsked(kind))
          .map(({ name }) => (ours?.get(name)?.[key] ?? NaN) / (figures.get(name)?.[key] ?? NaN)),
      ),
    ) ?? NaN
  return {
    firstPage: mean('firstPageMs'),
    phrase: mean('countMs', (kind) => kind === 'phrase'),
    coldTimeline: mean('coldTimelineMs'),
    warmTimeline: mean('warmTimelineMs'),
  }
}

function ratio(peer: PeerResult | undefined): number | null {
  if (peer === undefined || ours === undefined) return null
  return rounded3(geometricMean(Object.values(ratios(peer)))) ?? null
}

/** Chunks of the whole time are looked at by a timeline; a first page of a common word by the newest few. */
function costOfTenYears(figures: Figures): Record<string, number> {
  const times = tenYearHours / made.hours
  const cold = [...figures.values()].map(({ coldTimelineMs }) => coldTimelineMs * times)
  return {
    coldTimelineSecondsOfOneThread: rounded1(geometricMean(cold) / 1000),
    worstColdTimelineSeconds: rounded1(Math.max(...cold) / 1000),
  }
}

function rounded(all: object): Record<string, number> {
  return Object.fromEntries(
    Object.entries(all).map(([name, value]) => [name, rounded1(Number(value))]),
  )
}

function rounded1(value: number): number {
  return Math.round(value * 10) / 10
}

function rounded3(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Number(value.toPrecision(3))
}
