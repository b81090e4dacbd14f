import { view, type Reader, type View } from '../../../policy/view.ts'
import { clipRange } from '../../core/clip-range.ts'
import type { Cue } from '../../../protocol/api.ts'
import { channelIdSchema, trackSchema } from '../../../protocol/events.ts'
import { tellQuery } from '../../core/search/read-query.ts'
import type { FirstLines } from '../../core/first-lines.ts'
import type { Archive } from '../../ports/archive.ts'
import type { ChannelRecord, Directory } from '../../ports/directory.ts'
import type { FirstLine, PageFacts, PageLine } from './page-html.ts'

export interface FactsOptions {
  readonly archive: Archive
  readonly directory: Directory
  /** Who shows no credentials. */
  readonly anonymous: Reader
  readonly now: () => number
  readonly firstLines: FirstLines
}

/** The minute around the second that a permalink names. */
const beforeMs = 20_000
const afterMs = 40_000
const mostLines = 60
const descriptionLetters = 240
/** Channels whose last line On Air shows at once: a screen of them. */
const mostFirst = 12
/** Channels that a wall's title names. */
const mostNamed = 6

type Facts = Omit<PageFacts, 'url' | 'picture'>

/**
 * What the page at an address says of itself to somebody who shows no credentials: a page is asked for without them. null =
 * no more than any page. A channel that is not open says what one says that is not there: nothing.
 */
export async function factsOf(address: URL, options: FactsOptions): Promise<Facts | null> {
  const [, room, id, time] = address.pathname.split('/').map(decode)
  if (room === '' && id === undefined) {
    // Of what is looked for, only the page knows what it finds.
    const isWhole = !address.searchParams.has('q')
    return { ...onAir, first: isWhole ? firstOfAll(options) : [] }
  }
  if (room === 'quality' && id === undefined) return quality
  if (room === 'wall' && id === undefined) return factsOfWall(address, options)
  if (room === 'search' && id === undefined) return factsOfSearch(address.searchParams.get('q'))
  if (room !== 'c' || !channelIdSchema.safeParse(id).success) return null
  const channel = options.directory.channel(id ?? '')
  if (channel === undefined) return null
  const seen = view(options.anonymous, channel)
  if (!seen.allowed) return null
  const atMs = Date.parse(time ?? address.searchParams.get('t') ?? '')
  const facts = Number.isNaN(atMs)
    ? null
    : await factsOfMoment(channel, seen, atMs, address, options)
  if (facts !== null) return facts
  const first = time === undefined ? firstOfChannel(channel, seen, address, options) : []
  return { ...factsOfChannel(channel, seen.robots), first }
}

const plain = { mayBeIndexed: true, feed: null, lines: [], first: [] } as const
const onAir: Facts = {
  title: 'On Air',
  description: 'What television is saying, as it is said, and back for ever.',
  ...plain,
}
const quality: Facts = {
  title: 'Quality',
  description:
    'How much of the time each channel was heard, how much was said, and what was missed.',
  ...plain,
}

/** The last line of each channel that has one, by the channels' names. */
function firstOfAll({ directory, anonymous, firstLines }: FactsOptions): FirstLine[] {
  const found: FirstLine[] = []
  const channels = [...directory.channels()].sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const channel of channels) {
    const last = firstLines.of(channel.id, view(anonymous, channel)).at(-1)
    if (last !== undefined) found.push({ ...lineOf(last), channel: channel.name })
    if (found.length === mostFirst) break
  }
  return found
}

/** Of the track that is asked for, else of the first of those that speak. */
function firstOfChannel(
  { id }: ChannelRecord,
  seen: View,
  address: URL,
  { firstLines }: FactsOptions,
): FirstLine[] {
  const asked = address.searchParams.get('track')
  const all = firstLines.of(id, seen)
  const track = asked === '*' ? null : (asked ?? all.map((cue) => cue.track).sort()[0])
  return all.filter((cue) => track === null || cue.track === track).map(lineOf)
}

function lineOf({ text, language }: Cue): FirstLine {
  return { channel: null, text: text.replaceAll('\n', ' '), language }
}

/** The names of the channels that are open, in the order of their tiles; of others not even how many there are. */
function factsOfWall(address: URL, { directory, anonymous }: FactsOptions): Facts {
  const ids = (address.searchParams.get('c') ?? '').split(',', mostNamed * 4)
  const names = ids.flatMap((tile) => {
    const channel = directory.channel(tile.split('~', 1)[0] ?? '')
    return channel !== undefined && view(anonymous, channel).allowed ? [channel.name] : []
  })
  const named = [...new Set(names)].slice(0, mostNamed).join(', ')
  return {
    title: named === '' ? 'Wall' : `Wall: ${named}`,
    description: 'Channels side by side, live.',
    // Every layout is an address: only the empty one is worth finding.
    ...{ ...plain, mayBeIndexed: address.search === '' },
  }
}

function factsOfSearch(q: string | null): Facts | null {
  if (q === null || q === '') return null
  const finds = tellQuery(q)
  const description =
    finds === null ? 'What was said on television.' : `Said on television: ${finds}.`
  const feed = `/api/v1/search/feed.atom?${new URLSearchParams({ q }).toString()}`
  return { title: `${q} · Search`, description, mayBeIndexed: false, feed, lines: [], first: [] }
}

function factsOfChannel({ name, description }: ChannelRecord, mayBeIndexed: boolean): Facts {
  return {
    title: name,
    description: description ?? `Captions of ${name}, live and back for ever.`,
    ...{ mayBeIndexed, feed: null, lines: [], first: [] },
  }
}

async function factsOfMoment(
  channel: ChannelRecord,
  seen: View & { readonly allowed: true },
  atMs: number,
  address: URL,
  { archive, now }: FactsOptions,
): Promise<Facts | null> {
  const asked = trackSchema.safeParse(address.searchParams.get('track'))
  const minute = { from: iso(atMs - beforeMs), to: iso(atMs + afterMs) }
  const page = await archive.cues({
    channel: channel.id,
    ...clipRange(minute, seen, now()),
    ...{ tracks: asked.success ? [asked.data] : null, order: 'oldest', cursor: null },
    ...{ limit: mostLines, run: null },
  })
  const said = page.cues.filter(({ track }) => asked.success || track === page.cues[0]?.track)
  const sought = said.find(({ start }) => start >= iso(atMs))
  if (sought === undefined) return null
  const cues = seen.snippetWords === null ? said : clip(said, sought, seen.snippetWords)
  const airing = sought.airing === null ? null : await archive.airing(channel.id, sought.airing)
  const clock = clockOf(channel.timeZone)
  const lines = cues.map(({ start, text, id }): PageLine => ({
    ...{ at: start, clock: clock(start), text: text.replaceAll('\n', ' ') },
    isSought: id === sought.id,
  }))
  const from = cues.findIndex(({ id }) => id === sought.id)
  const programme = airing === null ? '' : `, ${airing.title}`
  return {
    title: `${channel.name}${programme}, ${dayOf(channel.timeZone)(sought.start)}`,
    description: shorten(
      lines
        .slice(from)
        .map(({ text }) => text)
        .join(' '),
    ),
    ...{ mayBeIndexed: seen.robots, feed: null, lines, first: [] },
  }
}

/** From the line that is named on, no more than so many words. */
function clip(cues: readonly Cue[], sought: Cue, words: number): readonly Cue[] {
  const kept: Cue[] = []
  let left = words
  for (const cue of cues.slice(cues.indexOf(sought))) {
    if (left <= 0) break
    const all = cue.text.split(/\s+/)
    kept.push({ ...cue, text: all.slice(0, left).join(' ') })
    left -= all.length
  }
  return kept
}

function shorten(text: string): string {
  if (text.length <= descriptionLetters) return text
  const cut = text.slice(0, descriptionLetters)
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), descriptionLetters / 2))}…`
}

function dayOf(timeZone: string): (at: string) => string {
  return formatIn(timeZone, {
    ...{ year: 'numeric', month: 'long', day: 'numeric', timeZoneName: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
}

function clockOf(timeZone: string): (at: string) => string {
  return formatIn(timeZone, {
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  })
}

function formatIn(timeZone: string, options: Intl.DateTimeFormatOptions): (at: string) => string {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone })
  } catch {
    // A zone that this Node does not know.
    format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
  return (at) => format.format(new Date(at))
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // Nothing has a name that is no text.
    return ''
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
