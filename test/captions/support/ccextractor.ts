import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

/** Stock CCExtractor, where there is one: named in CCEXTRACTOR, or on the PATH. */
export const ccextractor = process.env['CCEXTRACTOR'] ?? onPath('ccextractor')

/** For a test's `skip`. */
export const withoutCcextractor =
  ccextractor === null && 'no ccextractor was found; name one in CCEXTRACTOR'

/** One line of a timed transcript. */
export interface TranscriptLine {
  readonly startMs: number
  readonly endMs: number
  readonly mode: string
  readonly text: string
}

/** What CCExtractor shows of field 1 (CC1) or field 2 (CC3). */
export async function transcribe(
  source: Uint8Array,
  format: 'ts' | 'bin',
  field: 1 | 2,
): Promise<TranscriptLine[]> {
  const bytes = await extract(source, [`-in=${format}`, `-${field}`, '-out=ttxt', '-utf8'])
  const lines = bytes.toString('utf8').replace('\uFEFF', '').split(/\r?\n/)
  return lines.flatMap((line) => {
    const [start = '', end = '', mode = '', ...text] = line.split('|')
    if (!/^\d\d:\d\d:\d\d,\d\d\d$/.test(start)) return []
    return [{ startMs: milliseconds(start), endMs: milliseconds(end), mode, text: text.join('|') }]
  })
}

/** The BIN that CCExtractor makes of a transport stream. */
export function extractBin(source: Uint8Array): Promise<Buffer> {
  return extract(source, ['-in=ts', '-out=bin'])
}

async function extract(source: Uint8Array, options: readonly string[]): Promise<Buffer> {
  if (ccextractor === null) throw new Error('there is no ccextractor')
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-ccextractor-'))
  try {
    const [input, output] = [path.join(folder, 'input'), path.join(folder, 'output')]
    await writeFile(input, source)
    // It answers 10 where it found no captions, which is an answer too.
    await promisify(execFile)(ccextractor, [input, ...options, '-o', output], {
      maxBuffer: 1e8,
    }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 10)) throw error
    })
    return existsSync(output) ? await readFile(output) : Buffer.alloc(0)
  } finally {
    await rm(folder, { recursive: true })
  }
}

function milliseconds(clock: string): number {
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = clock.split(/[:,]/).map(Number)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
}

function onPath(name: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter)
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null
}
