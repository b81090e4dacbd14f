import type { SubtitleService } from '../../captions/transport/subtitle-services.ts'
import type { Source, SourceNote, SourcePiece } from '../sources/source.ts'
import { SourceError } from '../sources/source.ts'
import { askCcextractor, taskOf, trackOf, type Ccextractor, type Task } from './command.ts'
import { extractLive, extractRecording } from './extraction.ts'
import { StreamProbe } from './stream-probe.ts'

export interface ExtractorOptions {
  readonly extractor: 'builtin' | 'ccextractor' | 'auto'
  /** Name or path; null = ccextractor on the PATH. */
  readonly ccextractor: string | null
  readonly memoryBytes: number
}

export const usualExtractor: ExtractorOptions = {
  extractor: 'auto',
  ccextractor: null,
  memoryBytes: 500 * 1024 ** 2,
}

/** A stream that announces subtitles is given so much, or so long, to show captions as well. */
const mostProbedBytes = 8 * 1024 ** 2
const longestProbeMs = 5000
/** Tables come ten times a second: one that has none yet is no transport stream that others could read. */
const mostUndescribedBytes = 4 * 1024 ** 2

interface Choice {
  readonly task: Task | null
  readonly why: string
  readonly language: string | null
  /** The programme that it is of; a ccextractor that is not told refuses streams with several. */
  readonly programme: number | null
}

/**
 * The same source through whoever makes captions of it. What is no transport stream is read as it is. `auto` takes the
 * built-in extractor where the stream carries CEA-608 or 708, and ccextractor only for teletext, DVB and ISDB
 * subtitles, which the built-in one cannot read.
 */
export function withExtractor(
  source: Source,
  options: ExtractorOptions,
  tracks: readonly string[] | null,
): Source {
  if (options.extractor === 'builtin' || source.format !== 'ts') return source
  return {
    ...source,
    isUndecided: true,
    async renew(signal) {
      const next = (await source.renew?.(signal)) ?? null
      return next === null ? null : withExtractor(next, options, tracks)
    },
    async *open(signal, tell) {
      const opened = source.open(signal, tell)[Symbol.asyncIterator]()
      try {
        const held: SourcePiece[] = []
        const isAsked = options.extractor === 'ccextractor'
        const wanted = source.programme ?? null
        const choice = choose(await look(opened, held, tracks, wanted), isAsked, tracks)
        const program = await programFor(choice, options)
        if (choice.task === null || typeof program === 'string') {
          const why = typeof program === 'string' ? program : choice.why
          yield note('builtin', { ...choice, task: null, why })
          yield* heldThenRest(held, opened)
          return
        }
        const { task } = choice
        yield note(`ccextractor ${program.version}`, choice)
        const programme = wanted ?? choice.programme
        const extraction = { program, task, programme, memoryBytes: options.memoryBytes }
        if (source.fingerprint !== null) {
          held.length = 0
          await opened.return?.()
          yield* extractRecording((...all) => source.open(...all), extraction)(signal, tell)
          return
        }
        const open = (): AsyncIterable<SourcePiece> => heldThenRest(held, opened)
        yield* extractLive(open, extraction)(signal, tell)
      } finally {
        await opened.return?.()
      }
    },
  }
}

/** Reads as much as it takes to choose. */
async function look(
  opened: AsyncIterator<SourcePiece>,
  held: SourcePiece[],
  tracks: readonly string[] | null,
  programme: number | null,
): Promise<StreamProbe> {
  const probe = new StreamProbe(programme)
  // Who says which track knows what is in the stream; only where it is has to be found.
  const isNamed = tracks?.some((track) => taskOf(track) !== undefined) === true
  let bytes = 0
  let beganMs: number | undefined
  for (let step = await opened.next(); step.done !== true; step = await opened.next()) {
    held.push(step.value)
    if (!(step.value instanceof Uint8Array)) continue
    beganMs ??= performance.now()
    bytes += step.value.length
    probe.push(step.value)
    if (probe.isDescribed && (isNamed || probe.services.length === 0)) break
    if (probe.hasCaptions && !isNamed) break
    const isLate = performance.now() - beganMs > longestProbeMs || bytes > mostProbedBytes
    if (isLate || (!probe.isDescribed && bytes > mostUndescribedBytes)) break
  }
  return probe
}

function choose(
  { services, hasCaptions, programme: read }: StreamProbe,
  isAsked: boolean,
  tracks: readonly string[] | null,
): Choice {
  const asked = (tracks ?? []).map((track) => ({ track, task: taskOf(track) }))
  const others = asked.flatMap(({ track, task }) => (task === undefined ? [] : [{ track, task }]))
  const [wanted, second] = others
  if (second !== undefined)
    throw new SourceError(
      `--tracks ${others.map(({ track }) => track).join(',')}: ccextractor gives one of them at a time; feed each as a channel of its own`,
    )
  if (wanted !== undefined) {
    const found = services.find(({ track }) => track === wanted.track)
    const why = `${wanted.track} is asked for`
    const language = found?.language ?? null
    return { task: wanted.task, why, language, programme: found?.programme ?? null }
  }
  const service = bestOf(services)
  if (service !== undefined && !hasCaptions)
    return {
      task: taskOf(service.track) ?? null,
      why: `the stream has ${service.track} (${service.kind}) and no CEA-608 or 708`,
      language: service.language,
      programme: service.programme,
    }
  if (isAsked)
    return { task: { kind: 'bin' }, why: 'it is asked for', language: null, programme: read }
  const why = hasCaptions
    ? 'the stream has CEA-608 or 708'
    : 'the stream announces no teletext and no subtitles'
  return { task: null, why, language: null, programme: null }
}

function bestOf(services: readonly SubtitleService[]): SubtitleService | undefined {
  const kinds = ['teletext', 'dvb', 'isdb'] as const
  return kinds
    .map((wanted) => services.find(({ kind }) => kind === wanted))
    .find((found) => found !== undefined)
}

/** Why there is none, where one would be better and is not insisted on. */
async function programFor(
  { task, why }: Choice,
  { extractor, ccextractor }: ExtractorOptions,
): Promise<Ccextractor | string> {
  if (task === null) return why
  try {
    return await askCcextractor(ccextractor)
  } catch (error) {
    if (!(error instanceof SourceError) || extractor === 'ccextractor') throw error
    return `${why}, which takes ccextractor; ${error.message}`
  }
}

function note(name: string, { task, why, language }: Choice): SourceNote {
  const format = task === null ? 'ts' : task.kind === 'bin' ? 'rcwt' : 'ttxt'
  const track = task === null ? null : (trackOf(task) ?? null)
  return { note: 'extractor', name, format, track, language, why }
}

async function* heldThenRest(
  held: SourcePiece[],
  opened: AsyncIterator<SourcePiece>,
): AsyncGenerator<SourcePiece> {
  // Megabytes that must not be kept as long as the stream lasts.
  for (let piece = held.shift(); piece !== undefined; piece = held.shift()) yield piece
  for (let step = await opened.next(); step.done !== true; step = await opened.next())
    yield step.value
}
