import { workerData } from 'node:worker_threads'
import type { Airing, ChannelTrack, Gap, Programme } from '../../../../protocol/api.ts'
import type { Position } from '../../../../protocol/position.ts'
import type { TimeSpan } from '../../../../protocol/time/time-spans.ts'
import type { ArchivedRun, CuePage, CueQuery, FilePage, Tally } from '../../../ports/archive.ts'
import type { LogPage } from '../../../ports/log.ts'
import { ArchiveReader, type FileInput, type TallyInput } from './archive-reader.ts'
import type { AiringInput, MonitoredInput, SpansInput } from './span-reader.ts'
import { BinReader, type BinInput, type BinPage } from '../bin/bin-reader.ts'
import { mostAirings, programmesOf, type ProgrammesInput } from '../../rules/programmes.ts'
import { logDamage } from '../log/log-damage.ts'
import { openLogReader } from '../log/log-reader.ts'
import { reviewEveryMs, Troubles } from './troubles.ts'
import { Volumes } from './volumes.ts'
import { openPort, serveHandlers } from '../../workers/worker-host.ts'

/** Calls of a reading worker; undefined stands for a channel that the log has never heard of. */
export type ArchiveCalls = {
  read: [
    { readonly channel: string; readonly since: Position; readonly limit: number },
    LogPage | undefined,
  ]
  cues: [CueQuery, CuePage | undefined]
  spans: [SpansInput, readonly (Airing | Gap)[]]
  programmes: [ProgrammesInput, readonly Programme[]]
  airing: [AiringInput, Airing | null]
  file: [FileInput, FilePage]
  coverage: [Omit<SpansInput, 'kind' | 'limit'>, readonly TimeSpan[]]
  monitored: [MonitoredInput, readonly number[]]
  tally: [TallyInput, Tally]
  tracks: [string, readonly ChannelTrack[]]
  runs: [
    { readonly channel: string; readonly after: string | null; readonly limit: number },
    readonly ArchivedRun[],
  ]
  bin: [BinInput, BinPage]
}

const { dataDir } = workerData as { readonly dataDir: string }
const log = openLogReader(dataDir)
const volumes = new Volumes(dataDir)
const port = openPort()
const troubles = new Troubles((found) => port.post({ type: 'troubles', troubles: found }))
const archive = new ArchiveReader(log, volumes, troubles)
const bins = new BinReader(dataDir, log, volumes, troubles)
const review = setInterval(() => troubles.review(), reviewEveryMs)
serveHandlers<ArchiveCalls>(
  {
    read: ({ channel, since, limit }) => log.read(channel, since, limit),
    cues: (query) => archive.cues(query),
    spans: (input) => archive.spans.list(input),
    programmes,
    airing: (input) => archive.spans.airing(input),
    file: (input) => archive.file(input),
    coverage: (input) => archive.spans.coverage(input),
    monitored: (input) => archive.spans.monitored(input),
    tally: (input) => archive.tally(input),
    tracks: (channel) => archive.tracks(channel),
    runs: ({ channel, after, limit }) => archive.runs(channel, after, limit),
    bin: (input) => bins.page(input),
  },
  () => {
    clearInterval(review)
    volumes.close()
    log.db.close()
  },
  // What is left is the log's: the archive's own troubles have been told already.
  (error) => logDamage(dataDir, error),
  movedBytes,
)

/** Put together here, so that only what was asked for travels. */
function programmes({ channel, fromMs, toMs, wish }: ProgrammesInput): readonly Programme[] {
  const begun = { fromMs, toMs, startFromMs: fromMs, limit: mostAirings }
  return programmesOf(archive.spans.list<Airing>({ kind: 'airing', channel, ...begun }), wish)
}

/** A page of a file is its reader's alone once it is made. */
function movedBytes(value: unknown): readonly ArrayBuffer[] {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return []
  const { bytes } = value
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : []
}
