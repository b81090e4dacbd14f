import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Archive, FilePage, FileRequest } from '../../ports/archive.ts'
import { CaptionFile } from './download-file.ts'

const request: FileRequest = {
  ...{ channel: 'news', range: { from: null, to: null }, tracks: null, cues: null },
  facts: {
    ...{ format: 'txt', channel: 'news', name: 'News', timeZone: 'UTC', tracks: [] },
    ...{ from: null, to: null, zeroMs: null },
  },
}

/** Pages of the letters it has now: an archive in which something may be stored between two readings. */
function archiveOf(letters: { text: string }): Archive {
  const file = (_request: FileRequest, place: { cursor: string } | null): FilePage => {
    const at = Number(place?.cursor ?? 0)
    const bytes = Buffer.from(letters.text.slice(at, at + 2))
    const digest = letters.text.slice(0, at + 2)
    return {
      ...{ bytes, length: bytes.length, digest, counts: { cues: 0, late: 0, replaced: 0 } },
      next: at + 2 >= letters.text.length ? null : ({ cursor: String(at + 2) } as FilePage['next']),
    }
  }
  return { file: (...given: Parameters<typeof file>) => Promise.resolve(file(...given)) } as never
}

async function read(file: CaptionFile, byte: number): Promise<string> {
  const { at, pieces } = file.from(byte)
  let text = ''
  for await (const piece of pieces) text += Buffer.from(piece).toString()
  return `${at}:${text}`
}

it('goes on from a place that was seen when it was measured', async () => {
  const file = new CaptionFile(
    archiveOf({ text: 'abcdefghijklmnopqrstuvwxyz' }),
    request,
    new AbortController().signal,
  )
  assert.equal(await read(file, 20), '0:abcdefghijklmnopqrstuvwxyz')
  assert.equal((await file.measure(Infinity))?.bytes, 26)
  assert.equal(await read(file, 15), '0:abcdefghijklmnopqrstuvwxyz')
  assert.equal(await read(file, 20), '16:qrstuvwxyz')
})

it('breaks off when what it sends is no longer what was measured', async () => {
  const letters = { text: 'abcdef' }
  const file = new CaptionFile(archiveOf(letters), request, new AbortController().signal)
  await file.measure(Infinity)
  letters.text = 'abXdefg'
  await assert.rejects(read(file, 0), /has changed/)
})

it('does not measure what has more pages than it may read', async () => {
  const file = new CaptionFile(archiveOf({ text: 'abcdef' }), request, new AbortController().signal)
  assert.equal(await file.measure(2), undefined)
  assert.equal((await file.measure(3))?.bytes, 6)
})
