import type {
  AiringEvent,
  BinEvent,
  CueEvent,
  GapEvent,
  RunEvent,
  SkipEvent,
} from '../../src/protocol/events.ts'
import type { AppendResult, Batch, Log, LogEntry, Reject } from '../../src/server/ports/log.ts'

/** 2026-11-10T12:00:00Z: the moment of the suites, in the middle of a month. */
export const noonMs = Date.UTC(2026, 10, 10, 12)

/** RFC 3339 of a number of seconds after noon. */
export function at(seconds: number): string {
  return new Date(noonMs + seconds * 1000).toISOString()
}

export function runEvent(seq: number, fields: Partial<RunEvent> = {}): RunEvent {
  return {
    seq,
    type: 'run',
    run: 'run-1',
    startedAt: at(0),
    live: true,
    source: 'test',
    extractor: 'test',
    decoder: 'test',
    tracks: [{ track: 'CC1', language: 'en' }],
    ...fields,
  }
}

export function cueEvent(
  seq: number,
  id: number,
  seconds: number,
  fields: Partial<CueEvent> = {},
): CueEvent {
  return {
    seq,
    type: 'cue',
    run: 'run-1',
    track: 'CC1',
    id,
    start: at(seconds),
    end: at(seconds + 1),
    mode: 'roll-up',
    text: `CUE ${id}`,
    ...fields,
  }
}

export function binEvent(seq: number, seconds: number, fields: Partial<BinEvent> = {}): BinEvent {
  const data = Buffer.from(`bytes of ${seq} at ${seconds}`).toString('base64')
  const fts = seconds * 1000
  return { seq, type: 'bin', run: 'run-1', format: 'ttxt', fts, at: at(seconds), data, ...fields }
}

export function airingEvent(
  seq: number,
  id: string,
  from: number,
  to: number | null,
  fields: Partial<AiringEvent> = {},
): AiringEvent {
  return {
    seq,
    type: 'airing',
    run: 'run-1',
    id,
    title: `Title of ${id}`,
    start: at(from),
    end: to === null ? null : at(to),
    source: 'xds',
    description: null,
    category: null,
    rating: null,
    ...fields,
  }
}

export function gapEvent(seq: number, id: string, from: number, to: number | null): GapEvent {
  return {
    seq,
    type: 'gap',
    run: 'run-1',
    id,
    from: at(from),
    to: to === null ? null : at(to),
    reason: 'source-lost',
  }
}

export function skipEvent(seq: number, to: number): SkipEvent {
  return { seq, type: 'skip', to, reason: 'spool-overflow' }
}

export function rejectLine(seq: number): Reject {
  return { type: 'reject', seq, code: 'bad-line', detail: 'no such type', line: '{"type":"zebra"}' }
}

/** One producer's side of a channel: it holds a fence and appends under it. */
export class Feeder {
  readonly #log: Log
  readonly #fence: number
  readonly channel: string
  readonly producer: string

  private constructor(log: Log, channel: string, producer: string, fence: number) {
    this.#log = log
    this.channel = channel
    this.producer = producer
    this.#fence = fence
  }

  static async connect(log: Log, channel = 'news', producer = 'producer-a'): Promise<Feeder> {
    return new Feeder(log, channel, producer, await log.fence(channel))
  }

  send(...events: Batch['events'][number][]): Promise<AppendResult> {
    const { channel, producer } = this
    return this.#log.append({ channel, producer, fence: this.#fence, events })
  }

  /** Sends, and answers the new entries; throws when the log refused. */
  async store(...events: Batch['events'][number][]): Promise<readonly LogEntry[]> {
    const result = await this.send(...events)
    if (!result.ok) throw new Error(`refused: ${result.code}`)
    return result.entries
  }
}
