import type { FastifyReply } from 'fastify'
import { PassThrough, Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import type { Range } from '../../ports/archive.ts'
import type { DownloadFile } from './download-file.ts'
import { contentDisposition } from './file-name.ts'

export interface ZipEntry {
  readonly name: string
  readonly range: Range
  readonly file: DownloadFile
}

/** A file each, compressed as they are made, one after the other: nothing is made before its turn. */
export function sendZip(
  reply: FastifyReply,
  channel: string,
  entries: readonly ZipEntry[],
): FastifyReply {
  const zip = new ZipFile()
  const body = new PassThrough()
  // Whatever breaks breaks the connection: an archive that ends early must not look whole.
  zip.on('error', (error: Error) => body.destroy(error))
  zip.outputStream.pipe(body)
  let current: Readable | undefined
  body.once('close', () => current?.destroy())
  const taken = new Set<string>()
  for (const { name, range, file } of entries) {
    const mtime = new Date(range.from ?? 0)
    zip.addReadStreamLazy(freeName(name, taken), { mtime }, (callback) => {
      const source = Readable.from(file.from(0).pieces, { objectMode: false })
      current = source
      callback(null, source)
    })
  }
  zip.end()
  const days = entries.map(({ range }) => range.from?.slice(0, 10) ?? '').sort()
  return reply
    .type('application/zip')
    .header('cache-control', 'no-cache')
    .header('content-disposition', contentDisposition(`${channel}-${days[0] ?? ''}.zip`))
    .send(body)
}

/** Programmes of one title can begin in the same second. */
function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let n = 2; taken.has(free.toLowerCase()); n++)
    free = name.replace(/(\.[a-z]+)$/, ` (${n})$1`)
  taken.add(free.toLowerCase())
  return free
}
