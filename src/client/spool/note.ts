import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { writeDurably } from './durable-file.ts'

const gapSchema = z.object({
  run: z.string(),
  id: z.string(),
  from: z.string(),
  reason: z.enum(['source-lost', 'no-captions']),
})

/** What must be known after a crash besides the events. */
const noteSchema = z.object({
  version: z.literal(1),
  producer: z.uuid(),
  /** The run of a seekable input that is not over. */
  run: z
    .object({
      fingerprint: z.string(),
      run: z.string(),
      anchorMs: z.number(),
      /** The number of its first event: the n-th event of the run is firstSeq + n − 1. */
      firstSeq: z.int().positive(),
      /** Of its `end`; null while that is not reached. */
      endSeq: z.int().positive().nullable(),
    })
    .nullable(),
  /** Events up to here were dropped for want of room, unsent. */
  droppedTo: z.int().nonnegative(),
  /** All up to here was stored by the server: the numbering goes on after it when no segment is left. */
  trimmedTo: z.int().nonnegative(),
  /** Numbers of the spool are this much higher than those of its producer. */
  offset: z.int().nonnegative(),
  /** How far the server's clock was ahead of this machine's; null when it was never asked. */
  clockOffsetMs: z.number().nullable().default(null),
  /** The last run was of a live input: what came after its end went unheard. */
  wasLive: z.boolean().default(true),
  /** Gaps of a live input that have no end yet: the next process ends them when this one cannot. */
  openGaps: z.array(gapSchema).default([]),
})

export type SpoolNote = z.infer<typeof noteSchema>
export type OpenGap = z.infer<typeof gapSchema>
export type SpooledRun = NonNullable<SpoolNote['run']>

/** The note of a folder; a new one, with a new producer, when there is none or it cannot be read. */
export async function readNote(
  folder: string,
): Promise<{ readonly note: SpoolNote; readonly was: 'there' | 'missing' | 'damaged' }> {
  const text = await readFile(noteFile(folder), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  })
  const known = text === undefined ? undefined : parseNote(text)
  if (known !== undefined) return { note: known, was: 'there' }
  const note: SpoolNote = {
    version: 1,
    producer: randomUUID(),
    run: null,
    droppedTo: 0,
    trimmedTo: 0,
    offset: 0,
    clockOffsetMs: null,
    wasLive: false,
    openGaps: [],
  }
  return { note, was: text === undefined ? 'missing' : 'damaged' }
}

export async function writeNote(folder: string, note: SpoolNote): Promise<void> {
  await writeDurably(noteFile(folder), JSON.stringify(note))
}

export const noteFile = (folder: string): string => path.join(folder, 'note.json')

function parseNote(text: string): SpoolNote | undefined {
  try {
    return noteSchema.parse(JSON.parse(text))
  } catch {
    // Replaced whole or not at all when it is written: what is here was damaged by others.
    return undefined
  }
}
