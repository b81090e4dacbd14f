import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { text as readAll } from 'node:stream/consumers'
import { fromBufferPromise } from 'yauzl'

/** Feeds a channel in one request, to its acknowledgement. */
export async function feedAll(
  server: { readonly url: string },
  channel: string,
  token: string,
  events: readonly object[],
): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/channels/${channel}/feed`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
    body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  })
  assert.equal(answer.status, 200)
  assert.match((await answer.text()).trimEnd().split('\n').at(-1) ?? '', /"type":"ack"/)
}

export async function bytesOf(answer: Response): Promise<Buffer> {
  return Buffer.from(await answer.arrayBuffer())
}

/** Status, code and detail of a problem. */
export async function problemOf(answer: Response): Promise<string> {
  const { code, detail } = (await answer.json()) as { code: string; detail?: string }
  return `${answer.status} ${code} ${detail ?? ''}`
}

/** Texts by name, in the order of the archive. */
export async function unzip(bytes: Buffer): Promise<Map<string, string>> {
  const zip = await fromBufferPromise(bytes)
  const found = new Map<string, string>()
  for await (const entry of zip.eachEntry())
    found.set(entry.fileName, await readAll(await zip.openReadStreamPromise(entry)))
  return found
}
