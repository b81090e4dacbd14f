import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import path from 'node:path'
import { addAbortSignal } from 'node:stream'
import { detectBytes, detectFormat, type CaptionFormat } from '../../captions/detect.ts'
import { transcriptStart } from '../../captions/transcript/transcript-reader.ts'
import { messageOf } from '../../protocol/message-of.ts'
import { SourceError, streamSource, type Source } from './source.ts'

const fingerprintBytes = 64 * 1024
const readBytes = 64 * 1024

export async function openFile(file: string, wanted: CaptionFormat | undefined): Promise<Source> {
  const about = await stat(file).catch((error: unknown) => {
    throw new SourceError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  })
  if (about.isDirectory()) throw new SourceError(`${file} is a folder; name a file in it`)
  if (!about.isFile()) {
    if (wanted === undefined)
      throw new SourceError(`${file} is not a file; say --format ts for a pipe or device`)
    const stream = streamSource(file, wanted, (signal) => createReadStream(file, { signal }))
    return { ...stream, joinsMidway: wanted === 'ttxt' }
  }
  const { head, tail } = await readEnds(file, about.size)
  const detected = wanted ?? detectFormat(head.subarray(0, detectBytes))
  if (detected === 'unknown')
    throw new SourceError(
      about.size === 0
        ? `${file} is empty`
        : `${file} is neither a transport stream nor RCWT, SCC, MCC or a transcript; if it is one of them, say --format`,
    )
  const sum = createHash('sha256').update(String(about.size)).update(head).update(tail)
  return {
    name: path.basename(file),
    format: detected,
    fingerprint: sum.digest('hex'),
    startAtMs: detected === 'ttxt' ? transcriptStart(head) : null,
    open: (signal) => createReadStream(file, { signal, highWaterMark: readBytes }),
  }
}

async function readEnds(file: string, size: number): Promise<{ head: Buffer; tail: Buffer }> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new SourceError(`${file} cannot be read: ${reasonOf(error)}`, { cause: error })
  })
  try {
    const read = async (from: number): Promise<Buffer> => {
      const buffer = Buffer.alloc(Math.min(fingerprintBytes, size))
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
      return buffer.subarray(0, bytesRead)
    }
    return { head: await read(0), tail: await read(Math.max(0, size - fingerprintBytes)) }
  } finally {
    await handle.close()
  }
}

export function openStdin(wanted: CaptionFormat | undefined): Source {
  if (process.stdin.isTTY)
    throw new SourceError(
      'standard input is a terminal; pipe a stream in, or name a file with --input',
    )
  if (wanted === undefined)
    throw new SourceError('standard input needs --format: ts, rcwt, scc, mcc or ttxt')
  // A stop does not wait for the next byte of an input that may be silent for hours.
  const stdin = streamSource('stdin', wanted, (signal) => addAbortSignal(signal, process.stdin))
  return { ...stdin, joinsMidway: wanted === 'ttxt' }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'this user may not read it'
  return messageOf(error)
}
