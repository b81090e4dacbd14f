import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Tuner, Viewer } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

let folder: Folder
let server: Server
let count = 0

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path)
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function openChannel(): Promise<{ id: string; tuner: Tuner }> {
  const id = `query${++count}`
  const tuner = new Tuner(server, id, await addChannel(folder.path, id))
  await tuner.open()
  return { id, tuner }
}

describe('a live reader', () => {
  it('with a query gets what matches, whole phrases across rows, live and when it comes back', async () => {
    const { id, tuner } = await openChannel()
    for (const text of ['THE WORLD', 'SERIES BEGINS.', 'NOTHING ELSE']) await tuner.cue(text)
    using viewer = new Viewer(() => server.url).follow(id, undefined, { query: '"world series"' })
    await viewer.sees('SERIES BEGINS.')
    assert.deepEqual(viewer.cues, ['THE WORLD', 'SERIES BEGINS.'], 'what stands there')
    tuner.draft('LETTERS')
    for (const text of ['MORE OF', 'THE WORLD', 'WE LIVE IN', 'A WÓRLD', 'SERIES'])
      await tuner.cue(text)
    await viewer.sees('SERIES')
    assert.deepEqual(viewer.cues.slice(2), ['A WÓRLD', 'SERIES'])
    assert.ok(!viewer.events.some(({ type }) => type === 'draft'))
    viewer.cut()
    for (const text of ['WORLD', 'SERIES AGAIN', 'AND', 'NO MORE']) await tuner.cue(text)
    await viewer.sees('SERIES AGAIN')
    assert.deepEqual(viewer.cues.slice(4), ['WORLD', 'SERIES AGAIN'])
    await tuner.close()
  })

  it('with a query on more than fits what is kept still goes on where it was', async () => {
    const { id, tuner } = await openChannel()
    using viewer = new Viewer(() => server.url).follow(id, undefined, { query: 'needle' })
    await viewer.hasOpened()
    for (let i = 1; i <= 300; i++) {
      const sent = tuner.cue(i % 100 === 0 ? `NEEDLE ${i}` : `HAY ${i}`)
      if (i % 50 === 0) await sent
    }
    await viewer.sees('NEEDLE 300')
    viewer.cut()
    for (const text of ['HAY', 'NEEDLE 301']) await tuner.cue(text)
    await viewer.sees('NEEDLE 301')
    assert.deepEqual(viewer.cues, ['NEEDLE 100', 'NEEDLE 200', 'NEEDLE 300', 'NEEDLE 301'])
    await tuner.close()
  })

  it('is told which character of a wrong query is meant', async () => {
    const { id, tuner } = await openChannel()
    using viewer = new Viewer(() => server.url).follow(id, undefined, { query: 'a OR (b' })
    await viewer.hasOpened()
    assert.equal(viewer.problems[0]?.code, 'bad-request')
    assert.match(viewer.problems[0].detail ?? '', /^query, at character \d+: /)
    const answer = await fetch(`${server.url}/api/v1/channels/${id}/live?q=-a`)
    assert.equal(answer.status, 400)
    await tuner.close()
  })
})
