import { readdir, readFile, rm, stat, truncate } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder, writeDurably } from './durable-file.ts'
import { noteFile } from './note.ts'
import { formatRecord, parsePieces, type SpoolRecord } from './record.ts'
import { describeSegment, segmentFile, type Segment } from './segment.ts'

const segmentName = /^([0-9]{16})\.seg$/

/**
 * The segments of a folder, mended. A torn end is cut. Where more is damaged, what follows is kept with a
 * hole before it, or removed when it can be made again (`isRemade`): a recording is decoded once more.
 */
export async function loadSegments(
  folder: string,
  isRemade: boolean,
): Promise<{ readonly segments: Segment[]; readonly isDamaged: boolean }> {
  const segments: Segment[] = []
  let isDamaged = false as boolean
  await removeUnfinished(folder)
  for (const name of (await readdir(folder)).filter((file) => segmentName.test(file)).sort()) {
    const file = path.join(folder, name)
    const writtenMs = (await stat(file)).mtimeMs
    const parsed = parsePieces(await readFile(file))
    const before = segments.at(-1)?.lastSeq
    const pieces = parsed.pieces.filter(([first]) => (first?.seq ?? 0) > (before ?? 0))
    const [first] = pieces
    const isFirstSound = first?.[0]?.seq === Number(segmentName.exec(name)?.[1])
    const follows = before === undefined || first?.[0]?.seq === before + 1
    // Between segments a hole may be one that was mended before; a recording's spool never has any.
    const isTold = isFirstSound && (follows || !isRemade)
    isDamaged ||= parsed.isDamaged || (parsed.pieces.length > 0 && !isTold)
    const isSound = pieces.length <= 1 && isFirstSound && follows && !parsed.isDamaged
    const kept = isRemade && !isSound ? pieces.slice(0, isFirstSound && follows ? 1 : 0) : pieces
    if (kept.length === 1 && isFirstSound) {
      const segment = describeSegment(first, ageOf(writtenMs))
      if (!parsed.isWhole || pieces.length > 1) await truncateOrRewrite(file, first, segment.bytes)
      segments.push(segment)
    } else {
      await rm(file, { force: true })
      for (const piece of kept) {
        const segment = describeSegment(piece, ageOf(writtenMs))
        await writeDurably(segmentFile(folder, segment.firstSeq), text(piece))
        segments.push(segment)
      }
    }
    if (isRemade && isDamaged) {
      await removeAfter(folder, segments.at(-1)?.firstSeq ?? 0)
      break
    }
  }
  await syncFolder(folder)
  return { segments, isDamaged }
}

/** When the folder was last written to, milliseconds since 1970; null for a new one. */
export async function lastWriteMs(folder: string): Promise<number | null> {
  const names = (await readdir(folder)).filter((file) => segmentName.test(file))
  const files = [noteFile(folder), ...names.map((name) => path.join(folder, name))]
  const times = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ mtimeMs }) => mtimeMs,
        () => null,
      ),
    ),
  )
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.round(Math.max(...known))
}

async function truncateOrRewrite(
  file: string,
  records: readonly SpoolRecord[],
  bytes: number,
): Promise<void> {
  const head = (await readFile(file)).subarray(0, bytes)
  if (head.equals(Buffer.from(text(records)))) await truncate(file, bytes)
  else await writeDurably(file, text(records))
}

/** What a crash left half written was never in the spool. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.endsWith('.new')) await rm(path.join(folder, name), { force: true })
}

/** Of a file written at that time, on the machine's clock, which may have been set since. */
function ageOf(writtenMs: number): number {
  return Math.max(0, Date.now() - writtenMs)
}

async function removeAfter(folder: string, firstSeq: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const seq = Number(segmentName.exec(name)?.[1] ?? 0)
    if (seq > firstSeq) await rm(path.join(folder, name), { force: true })
  }
}

function text(records: readonly SpoolRecord[]): string {
  return records.map(formatRecord).join('')
}
