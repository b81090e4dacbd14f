import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { z } from 'zod'
import { CcrError } from '../../../../protocol/codes.ts'
import { messageOf } from '../../../../protocol/message-of.ts'
import type { BinChunk, BinLoss } from '../../../ports/archive.ts'
import type { Objects } from '../../../ports/objects.ts'
import { cutChunks, lossOfTimes, readBinTable } from '../../rules/bin-chunks.ts'
import type { Postgres, Queryable } from '../database.ts'
import { hourMs } from './archive-schema.ts'
import type { Bounds } from './bounds.ts'

/** Where a stream of bytes is: within an hour, after a file's part and a chunk that is in none. */
export interface BinPlace {
  readonly hour: number
  readonly part: number
  readonly n: number
}

export interface BinPage {
  readonly chunks: readonly BinChunk[]
  /** A file that cannot be read, passed over. */
  readonly loss: BinLoss | null
  /** null at the end. */
  readonly next: BinPlace | null
}

export interface BinInput extends Bounds {
  readonly channel: string
  /** null = all. */
  readonly run: string | null
  readonly place: BinPlace | null
}

/** Chunks of one page that are in no file: some hundred kilobytes at live rates, and never more than some megabytes. */
const chunksPerPage = 1000
const bytesPerPage = 4 * 1024 * 1024

const decompress = promisify(zstdDecompress)
const format = z.enum(['rcwt', 'ttxt', 'vtt'])
const bytes = z.instanceof(Uint8Array)
const fileRow = z.object({
  ...{ hour: z.int(), part: z.int(), run: z.string(), format },
  ...{ object: z.string(), chunks: bytes },
})
const chunkRows = z.array(
  z.object({ n: z.int(), run: z.string(), format, at_ms: z.int(), data: bytes }),
)
const placeRow = z.object({ hour: z.int() })

type FileRow = z.infer<typeof fileRow>

/** Piece by piece: hour by hour, first its files, then what is in none yet. */
export async function readBins(
  database: Postgres,
  objects: Objects,
  input: BinInput,
): Promise<BinPage> {
  const place = input.place ?? { hour: Math.floor(input.fromMs / hourMs), part: 0, n: 0 }
  const found = await database.snapshot((client) => findBins(client, input, place))
  if (found === null) return { chunks: [], loss: null, next: null }
  if (!('file' in found)) return { chunks: found.chunks, loss: null, next: found.next }
  const { file } = found
  const n = file.hour === place.hour ? place.n : 0
  const next = { hour: file.hour, part: file.part, n }
  return { ...(await readFile(database, objects, input, file, n)), next }
}

type Found =
  { readonly file: FileRow } | { readonly chunks: readonly BinChunk[]; readonly next: BinPlace }

async function findBins(
  client: Queryable,
  { channel, fromMs, toMs, run }: BinInput,
  { hour, part, n }: BinPlace,
): Promise<Found | null> {
  const ofChannel = `channel = (SELECT id FROM log_channel WHERE name = $1) AND ($2::text IS NULL OR
    run = (SELECT id FROM log_run WHERE log_run.channel = (SELECT id FROM log_channel WHERE name = $1) AND name = $2))`
  const runName = '(SELECT name FROM log_run WHERE id = run) AS run'
  const files = await client.query(
    `SELECT hour, part, ${runName}, format, object, chunks FROM bin_file
     WHERE ${ofChannel} AND (hour, part) > ($3, $4) AND hour * ${hourMs} < $6 AND to_ms >= $5 AND from_ms < $6
     ORDER BY hour, part LIMIT 1`,
    [channel, run, hour, part, fromMs, toMs],
  )
  const loose = await client.query(
    `SELECT hour FROM bin_chunk WHERE ${ofChannel} AND (hour, n) > ($3, $4) AND hour * ${hourMs} < $5
     ORDER BY hour, n LIMIT 1`,
    [channel, run, hour, n, toMs],
  )
  const file = fileRow.optional().parse(files.rows[0])
  const place = placeRow.optional().parse(loose.rows[0])
  if (file !== undefined && file.hour <= (place?.hour ?? Infinity)) return { file }
  if (place === undefined) return null
  const isSame = place.hour === hour
  const { rows } = await client.query(
    `SELECT n, run, format, at_ms, data FROM (
       SELECT n, ${runName}, format, at_ms, data, sum(octet_length(data)) OVER (ORDER BY n) - octet_length(data) AS before
       FROM (SELECT * FROM bin_chunk WHERE ${ofChannel} AND hour = $3 AND n > $4 ORDER BY n LIMIT ${chunksPerPage}) AS open
     ) AS page WHERE before < ${bytesPerPage} ORDER BY n`,
    [channel, run, place.hour, isSame ? n : 0],
  )
  const chunks = chunkRows.parse(rows)
  return {
    chunks: chunks
      .filter(({ at_ms }) => at_ms >= fromMs && at_ms < toMs)
      .map((row) => present(row.run, row.format, row.at_ms, row.data)),
    next: { hour: place.hour, part: isSame ? part : 0, n: chunks.at(-1)?.n ?? n },
  }
}

/** Bytes that are lost are passed over; those that only cannot be read at present are waited for. */
async function readFile(
  database: Postgres,
  objects: Objects,
  { fromMs, toMs }: BinInput,
  file: FileRow,
  afterN: number,
): Promise<Pick<BinPage, 'chunks' | 'loss'>> {
  const { run, object } = file
  const packed = await objects.get(object)
  // Somebody has forgotten it since it was found, which is no loss.
  if (packed === undefined && !(await isNamed(database, object))) return { chunks: [], loss: null }
  try {
    if (packed === undefined) throw new Error('it is gone')
    const chunks = cutChunks(await decompress(packed), readBinTable(file.chunks))
      .filter(({ n, atMs }) => n > afterN && atMs >= fromMs && atMs < toMs)
      .map(({ atMs, data }) => present(run, file.format, atMs, data))
    return { chunks, loss: null }
  } catch (error) {
    if (error instanceof CcrError) throw error
    const within = lossOfTimes(timesOf(file, afterN), { fromMs, toMs })
    const reason = `${object} cannot be read: ${messageOf(error)}`
    return { chunks: [], loss: within === null ? null : { run, ...within, reason } }
  }
}

async function isNamed(database: Postgres, object: string): Promise<boolean> {
  const { rows } = await database.query('SELECT 1 FROM bin_file WHERE object = $1', [object])
  return rows.length > 0
}

/** When the chunks of a file came; its whole hour when the table that says so is damaged itself. */
function timesOf({ hour, chunks }: FileRow, afterN: number): number[] {
  try {
    return readBinTable(chunks)
      .filter(({ n }) => n > afterN)
      .map(({ atMs }) => atMs)
  } catch {
    return [hour * hourMs, (hour + 1) * hourMs - 1]
  }
}

function present(
  run: string,
  format: BinChunk['format'],
  atMs: number,
  data: Uint8Array,
): BinChunk {
  return { run, format, at: new Date(atMs).toISOString(), data }
}
