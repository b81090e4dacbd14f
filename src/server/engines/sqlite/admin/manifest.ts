import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

/**
 * `manifest.jsonl` in a backup: a head, a line a file, and a last line that says how many there are. A line each,
 * because a year of many channels is millions of files.
 */
export const manifestName = 'manifest.jsonl'
export const manifestFormat = 1

const headSchema = z.object({ format: z.int().positive(), ccr: z.string(), at: z.iso.datetime() })
/** Only what a data folder holds, and nothing that leads out of one. */
const pathSchema = z
  .string()
  .regex(
    /^(?:log\.db|ccr\.db|alerts\.db|delivery\.db|archive\/[0-9]{4}-[0-9]{2}\.db|bin(?:\/[0-9A-Za-z_-][0-9A-Za-z_.-]*)+)$/,
  )
const fileSchema = z.object({
  path: pathSchema,
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Sizes and times of what it was copied from, to tell whether that has changed since. */
  source: z.string(),
})
const endSchema = z.object({ files: z.int(), bytes: z.int() })

export type ManifestHead = z.infer<typeof headSchema>
export type ManifestFile = z.infer<typeof fileSchema>

export interface Manifest extends ManifestHead {
  readonly files: ReadonlyMap<string, ManifestFile>
}

export function writeManifest(
  folder: string,
  head: Omit<ManifestHead, 'format'>,
  files: ReadonlyMap<string, ManifestFile>,
): void {
  const fd = openSync(path.join(folder, manifestName), 'wx', 0o600)
  try {
    const line = (value: object): unknown => writeSync(fd, `${JSON.stringify(value)}\n`)
    line({ format: manifestFormat, ...head })
    let bytes = 0
    for (const file of files.values()) {
      line(file)
      bytes += file.bytes
    }
    line({ files: files.size, bytes })
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** Throws one sentence when there is none, or it cannot be used. */
export function readManifest(folder: string): Manifest {
  const file = path.join(folder, manifestName)
  if (!existsSync(file))
    throw new Error(
      `${folder} holds no backup: it has no ${manifestName}; name what ccr backup made`,
    )
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const head = parseLine(headSchema, lines.shift(), file)
  if (head.format > manifestFormat)
    throw new Error(
      `${file} has format ${head.format}, and this program knows formats up to ${manifestFormat}; the backup was made by ccr ${head.ccr}: install that one or a newer one`,
    )
  const end = parseLine(endSchema, lines.pop(), file)
  const files = new Map(
    lines.map((line) => {
      const parsed = parseLine(fileSchema, line, file)
      return [parsed.path, parsed]
    }),
  )
  if (files.size !== end.files || !files.has('log.db') || !files.has('ccr.db'))
    throw new Error(
      `${file} is not whole: it lists ${files.size} files of ${end.files}; use another backup`,
    )
  return { ...head, files }
}

function parseLine<T>(schema: z.ZodType<T>, line: string | undefined, file: string): T {
  try {
    return schema.parse(JSON.parse(line ?? ''))
  } catch (error) {
    throw new Error(`${file} is damaged; use another backup`, { cause: error })
  }
}

/** Whole copies in a folder of backups, the newest last; their names are their times. */
export function listCopies(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => /^[0-9]{4}-[0-9TZ-]+$/.test(name))
    .sort()
    .map((name) => path.join(folder, name))
    .filter((copy) => existsSync(path.join(copy, manifestName)))
}
