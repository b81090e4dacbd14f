import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { run, startServer, temporaryFolder } from '../support/processes.ts'
import { assertRight, faultyArchive, inboxOf, redecode } from '../support/redecoding.ts'

describe('ccr redecode', () => {
  it('stores nothing by halves: the command killed before its file is whole, then again', async () => {
    await using data = await temporaryFolder()
    await faultyArchive(data.path)
    const killed = await redecode(data.path, [], killAt('ccr:inbox.finishing'))
    assert.equal(killed.code, 'SIGKILL')
    assert.match(inboxOf(data.path).join(), /^[^,]*\.part$/)
    assert.equal((await redecode(data.path, [])).code, 0)
    assert.deepEqual(inboxOf(data.path), [], 'what the killed one left is gone')
    await assertRight(data.path)
  })

  it('takes a file once, whenever whoever takes it is killed', async () => {
    await using data = await temporaryFolder()
    await faultyArchive(data.path)
    // Everything is stored, and the file is still there.
    const killed = await redecode(data.path, [], killAt('ccr:inbox.removing'))
    assert.equal(killed.code, 'SIGKILL')
    assert.equal(inboxOf(data.path).length, 1)
    await using server = await startServer(data.path, { env: killAt('ccr:inbox.removing') })
    assert.equal(await server.ended, 'SIGKILL')
    await assertRight(data.path)
    assert.match((await redecode(data.path, [])).stdout, /nothing differs/)
  })

  it('is whole after the server was killed in the middle of it', async () => {
    await using data = await temporaryFolder()
    await faultyArchive(data.path)
    let command: ReturnType<typeof run>
    {
      await using server = await startServer(data.path)
      const answer = await fetch(`${server.url}/api/v1/channels/news/live?backlog=0`)
      command = run(['redecode', '--data', data.path, '--channel', 'news'])
      let text = ''
      for await (const chunk of answer.body ?? []) {
        text += Buffer.from(chunk).toString()
        if (text.includes('"of":"run-1"')) break
      }
      server.child.kill('SIGKILL')
      await server.ended
    }
    // The command finds nobody there, and does the rest itself.
    await using waiting = command
    assert.equal(await waiting.ended, 0, waiting.stderr())
    await assertRight(data.path)
  })
})

function killAt(moment: string): Record<string, string> {
  const preloaded = new URL('../support/kill-at.ts', import.meta.url).href
  return { NODE_OPTIONS: `--import=${preloaded}`, KILL_AT: moment }
}
