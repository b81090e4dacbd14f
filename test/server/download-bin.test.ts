import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { transcribe, withoutCcextractor } from '../captions/support/ccextractor.ts'
import { cuesOfMedia } from '../captions/support/decode.ts'
import { bytesOf } from '../support/download.ts'
import { addChannel, run, startServer, temporaryFolder } from '../support/processes.ts'

describe('download?format=bin', () => {
  it('is decoded to the same captions again, has its length and its parts', async (test) => {
    await using folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'sport')
    await using server = await startServer(folder.path)
    const flags = ['--server', server.url, '--channel', 'sport', '--pace', 'fast']
    const start = ['--start-at', '2026-11-24T18:00:00Z', '--spool', `${folder.path}/spool`]
    await using sender = run(['send', ...flags, ...start, '--input', 'samples/river-sport.bin'], {
      CCR_TOKEN: token,
    })
    assert.equal(await sender.ended, 0, sender.stderr())
    const address = `${server.url}/api/v1/channels/sport/download`
    const query = 'from=2026-11-24T18:00:00Z&to=2026-11-24T19:00:00Z'
    const answer = await fetch(`${address}?${query}&format=bin`)
    const bin = await bytesOf(answer)
    assert.equal(Number(answer.headers.get('content-length')), bin.length)
    const size = await fetch(`${address}/size?${query}&format=bin`)
    assert.equal(((await size.json()) as { bytes: number }).bytes, bin.length)
    const part = await fetch(`${address}?${query}&format=bin`, {
      headers: { range: 'bytes=1000-', 'if-range': answer.headers.get('etag') ?? '' },
    })
    assert.equal(part.status, 206)
    assert.deepEqual(await bytesOf(part), bin.subarray(1000))

    const lines = await (await fetch(`${address}?${query}&format=jsonl&track=CC1`)).text()
    const texts = lines
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { text: string }).text)
    assert.ok(texts.length > 10)
    assert.deepEqual(
      cuesOfMedia(bin, 'CC1').map(({ text }) => text),
      texts,
    )
    await test.test('and by CCExtractor', { skip: withoutCcextractor }, async () => {
      const wordsOf = (parts: readonly string[]): string[] => parts.join(' ').split(/\s+/)
      const found = new Set(wordsOf((await transcribe(bin, 'bin', 1)).map(({ text }) => text)))
      const said = wordsOf(texts)
      // It drops letters at some starts.
      assert.ok(said.filter((word) => found.has(word)).length > 0.9 * said.length)
    })
  })
})
