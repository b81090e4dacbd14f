import { z } from 'zod'
import { languageSchema, trackSchema } from '../../../protocol/events.ts'
import { countFault, UnreadableSourceError } from '../../faults.ts'
import type { FileCue, FileCues } from './file-cues.ts'

/** An instant, or seconds from the beginning, as speech recognisers write. */
const momentSchema = z.union([
  z.iso.datetime({ offset: true }).transform((at) => ({ ms: Date.parse(at), isInstant: true })),
  z
    .number()
    .min(0)
    .max(1e9)
    .transform((seconds) => ({ ms: Math.round(seconds * 1000), isInstant: false })),
])
const cueSchema = z.object({
  type: z.string().optional(),
  start: momentSchema,
  end: momentSchema,
  text: z.string(),
  track: trackSchema.optional(),
  language: languageSchema.nullable().optional(),
})
const listSchema = z.union([
  z.array(z.unknown()),
  z.object({ items: z.array(z.unknown()) }).transform(({ items }) => items),
  z.object({ segments: z.array(z.unknown()) }).transform(({ segments }) => segments),
])

/**
 * Our own JSON, a list of the REST API, or any list (also under `items` or `segments`) of objects with `start`, `end` and
 * `text`. Throws UnreadableSourceError for anything else.
 */
export function readJson(text: string): FileCues {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    throw new UnreadableSourceError(`this is not JSON: ${why}`, { cause: error })
  }
  const list = listSchema.safeParse(document)
  if (!list.success)
    throw new UnreadableSourceError(
      'expected a JSON list of cues, or an object with one under items or segments',
    )
  return readRecords(list.data)
}

/** A JSON object a line. */
export function readJsonLines(text: string): FileCues {
  const faults: Record<string, number> = {}
  const list = text.split('\n').flatMap((line): unknown[] => {
    if (line.trim() === '') return []
    try {
      return [JSON.parse(line)]
    } catch {
      countFault(faults, 'bad-line')
      return []
    }
  })
  return readRecords(list, faults)
}

/** Objects that other programs wrote; what is no cue is counted. */
export function readRecords(
  list: readonly unknown[],
  faults: Record<string, number> = {},
): FileCues {
  const cues: FileCue[] = []
  let isInstants = false
  for (const each of list) {
    const parsed = cueSchema.safeParse(each)
    if (!parsed.success) {
      // Airings and gaps of our own lists are no cues, and no faults.
      if (!isOther(each)) countFault(faults, 'bad-cue')
      continue
    }
    const { start, end, text, track, language } = parsed.data
    isInstants ||= start.isInstant
    cues.push({
      ...{ startMs: start.ms, endMs: end.ms, text },
      ...(track === undefined ? {} : { track }),
      ...(language == null ? {} : { language }),
    })
  }
  return { cues, isInstants, faults }
}

function isOther(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false
  return value.type === 'airing' || value.type === 'gap'
}
