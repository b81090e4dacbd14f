import { UnreadableSourceError } from '../captions/faults.ts'
import { inspect, type Inspection, type TrackFacts } from '../client/inspection.ts'
import { openSource } from '../client/sources/open-source.ts'
import { SourceError, type Source } from '../client/sources/source.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { formatTable } from './shared/table.ts'

export interface InspectFlags {
  readonly format?: string
  readonly seconds: string
  readonly cues: string
  readonly json?: boolean
}

const formats: Readonly<Record<Source['format'], string>> = {
  ts: 'transport stream',
  rcwt: 'RCWT (BIN)',
  scc: 'SCC',
  mcc: 'MCC',
  ttxt: 'transcript',
}
/** Events of a guide that are shown; JSON has all. */
const mostGuide = 6
/** Progress is worth a line when it takes longer than this. */
const progressMs = 500

export async function runInspect(input: string, flags: InspectFlags): Promise<void> {
  const seconds = count(flags.seconds, '--seconds', 86_400)
  const cues = count(flags.cues, '--cues', 10_000)
  const found = await look(input, flags.format, seconds, cues)
  process.stdout.write(flags.json === true ? `${JSON.stringify(found)}\n` : formatInspection(found))
  if (found.tracks.some(({ cues: some }) => some > 0)) return
  const why =
    found.bytes === 0
      ? 'nothing came from this source'
      : found.subtitles.length > 0
        ? 'there are no captions in this source that can be read without ccextractor'
        : 'there are no captions in this source'
  throw new ExitError(exitCodes.failed, found.trouble ?? why)
}

async function look(
  input: string,
  format: string | undefined,
  seconds: number,
  cues: number,
): Promise<Inspection> {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  process.once('SIGINT', abort)
  try {
    const source = await openSource(input, format)
    const isEndless = source.fingerprint === null || source.grows === true
    const isLive = isEndless && input !== '-' && input !== 'ttxt:-'
    const timer = isLive ? setTimeout(abort, seconds * 1000) : undefined
    const onProgress = progress(isLive ? `listening for ${seconds} s` : 'reading')
    const found = await inspect(source, { cues, onProgress }, stop.signal)
    clearTimeout(timer)
    onProgress(null)
    return found
  } catch (error) {
    if (error instanceof SourceError || error instanceof UnreadableSourceError)
      throw new ExitError(exitCodes.failed, error.message, { cause: error })
    throw error
  } finally {
    process.off('SIGINT', abort)
  }
}

/** A line on a terminal; null wipes it away. */
function progress(what: string): (bytes: number | null) => void {
  const { stderr } = process
  let atMs = performance.now()
  let isDrawn = false
  return (bytes) => {
    if (!stderr.isTTY) return
    if (bytes === null) {
      if (isDrawn) stderr.write('\r\u001b[K')
      return
    }
    if (performance.now() - atMs < progressMs) return
    atMs = performance.now()
    isDrawn = true
    stderr.write(`\r${what}: ${megabytes(bytes)}\u001b[K`)
  }
}

export function formatInspection(found: Inspection): string {
  const { name, format, bytes, lengthMs, tracks, programmes, firstCues, faults } = found
  const { multiplex, guide, subtitles } = found
  const parts = [`${name}: ${formats[format]}, ${megabytes(bytes)}, ${clock(lengthMs)}\n`]
  if (tracks.length > 0)
    parts.push(
      formatTable([
        ['TRACK', 'LANGUAGE', 'MODE', 'CUES', 'WORDS/MIN', 'FIRST'],
        ...tracks.map((track) => rowOf(track, lengthMs)),
      ]),
    )
  if (subtitles.length > 0) parts.push(subtitlesOf(subtitles))
  if (multiplex.length > 1 || multiplex.some(({ state }) => state !== 'clear'))
    parts.push(
      `Programmes of the stream (another one is read with ?program=N):\n${formatTable([
        ['', 'PROGRAM', 'NUMBER', 'NAME', 'VIDEO', 'SOUND', 'CAPTIONS ANNOUNCED'],
        ...multiplex.map(programmeRow),
      ])}`,
    )
  // XDS tells one thing after another: of a programme, what was known of it in the end.
  const told = programmes.filter(
    ({ title }, n) => title !== null && programmes[n + 1]?.title !== title,
  )
  if (told.length > 0)
    parts.push(
      `Programmes (XDS):\n${told.map(({ atMs, title, rating, network }) => `  ${clock(atMs)}  ${[title, rating, network].filter((one) => one !== null).join(', ')}\n`).join('')}`,
    )
  if (guide.length > 0)
    parts.push(
      `Programme guide (UTC):\n${guide
        .slice(0, mostGuide)
        .map(
          ({ startMs, title, rating }) =>
            `  ${utc(startMs)}  ${plain(title)}${rating === null ? '' : `, ${plain(rating)}`}\n`,
        )
        .join('')}${guide.length > mostGuide ? `  and ${guide.length - mostGuide} more\n` : ''}`,
    )
  if (firstCues.length > 0)
    parts.push(
      `First captions:\n${firstCues.map(({ startMs, track, text }) => `  ${clock(startMs)}  ${track}  ${plain(text)}\n`).join('')}`,
    )
  const counts = Object.entries(faults).map(([fault, times]) => `${fault} ${times}`)
  parts.push(`Faults: ${counts.length === 0 ? 'none' : counts.join(', ')}\n`)
  return parts.join('\n')
}

function subtitlesOf(subtitles: Inspection['subtitles']): string {
  const rows = subtitles.map(({ track, language, kind, programme }) => [
    ...[track, language ?? '?', kind, String(programme)],
  ])
  const head = 'Subtitles that take ccextractor (ccr send --tracks TRACK):'
  return `${head}\n${formatTable([['TRACK', 'LANGUAGE', 'KIND', 'PROGRAM'], ...rows])}`
}

function rowOf(
  { track, language, modes, cues, words, firstMs }: TrackFacts,
  lengthMs: number,
): string[] {
  const minutes = lengthMs / 60_000
  const rate = cues === 0 || minutes === 0 ? '' : String(Math.round(words / minutes))
  const first = firstMs === null ? '' : clock(firstMs)
  return [track, language ?? '?', modes.join(', '), String(cues), rate, first]
}

function programmeRow(info: Inspection['multiplex'][number]): string[] {
  const { programme, name, number, codec, audio, services, state, isRead, hasAccessControl } = info
  const clear = `${codec ?? '?'}${hasAccessControl ? ' (at times encrypted)' : ''}`
  const video = { unknown: '?', 'no-video': 'none', encrypted: 'encrypted', clear }[state]
  const captions = services.map(({ track, language }) =>
    language === null ? track : `${track}:${language}`,
  )
  const sound = audio.map((language) => (language === '' ? '?' : language)).join(', ')
  return [
    ...[isRead ? '*' : '', String(programme), number ?? '', plain(name ?? ''), video, sound],
    captions.join(', '),
  ]
}

/** One line, and nothing that a terminal would act on. */
function plain(text: string): string {
  return text.replaceAll('\n', ' / ').replaceAll(/\p{Cc}/gu, ' ')
}

function utc(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

function clock(ms: number): string {
  const date = new Date(Math.max(0, Math.round(ms)))
  const hours = String(Math.floor(date.getTime() / 3_600_000)).padStart(2, '0')
  return `${hours}:${date.toISOString().slice(14, 23)}`
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

function count(value: string, name: string, most: number): number {
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN
  if (!(number >= 0 && number <= most))
    throw usageError(`expected ${name} as a number up to ${most}, got ${value}`)
  return number
}
