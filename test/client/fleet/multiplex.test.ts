import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import path from 'node:path'
import { it } from 'node:test'
import { captioned } from '../../captions/support/programmes.ts'
import { makeMultiplex } from '../../support/multiplex.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../../support/processes.ts'
import { fetchCues } from '../../support/recording.ts'
import { serve } from '../../support/source-listener.ts'

const stream = makeMultiplex([
  { number: 3, frames: captioned('THE THIRD.') },
  { number: 7, frames: captioned('THE SEVENTH.') },
])

it('two channels of one multiplex take one tuner, and each has its own programme', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = [await addChannel(data, 'third'), await addChannel(data, 'seventh')]
  await using server = await startServer(data)
  const watching: ServerResponse[] = []
  await using tuner = await serve((_, response) => void watching.push(response.writeHead(200)))
  const config = path.join(folder.path, 'channels.yaml')
  const entry = (channel: string, n: number, token: string | undefined): string =>
    `  - { channel: ${channel}, input: "http://${tuner.at}/mux.ts?program=${n}", token: ${token ?? ''} }\n`
  writeFileSync(
    config,
    `server: ${server.url}\nspool: ${folder.path}/spool\nextractor: builtin\nchannels:\n${entry('third', 3, tokens[0])}${entry('seventh', 7, tokens[1])}`,
  )
  await using sender = run(['send', '--config', config])
  const textsOf = async (channel: string): Promise<string[]> => [
    ...new Set((await fetchCues(server.url, channel)).map(({ text }) => text)),
  ]
  // Whoever joins late hears it the next time.
  const repeating = setInterval(() => watching[0]?.write(stream), 500)
  try {
    for (const [channel, text] of [
      ['third', 'THE THIRD.'],
      ['seventh', 'THE SEVENTH.'],
    ] as const) {
      await until(`captions of ${channel}`, async () => (await textsOf(channel)).length > 0)
      assert.deepEqual(await textsOf(channel), [text], sender.stderr())
    }
    assert.equal(watching.length, 1)
  } finally {
    clearInterval(repeating)
  }
})
