import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { addChannel, run, startServer, temporaryFolder } from '../support/processes.ts'
import { fetchCues } from '../support/recording.ts'
import { redecode } from '../support/redecoding.ts'

const lines = [
  'an extractor says hello',
  '00:00:01,000|00:00:02,000|POP|   HELLO,',
  '00:00:01,000|00:00:02,000|POP|   WORLD.',
  '00:00:03,000|00:00:03,016|RU2|JO',
  '00:00:03,016|00:00:03,500|RU2|JOHN HERE.',
  '00:00:02,999|00:00:04,000|RU2|JOHN HERE.',
  '00:00:05,000|00:00:06,000|CC3|POP|HOLA.',
]

it('ccr redecode makes the text of a transcript again from its lines, and it is the same', async () => {
  await using data = await temporaryFolder()
  const token = await addChannel(data.path, 'news')
  const file = path.join(data.path, 'evening.ttxt')
  writeFileSync(file, `${lines.join('\r\n')}\r\n`)
  await using server = await startServer(data.path)
  const spool = path.join(data.path, 'spool')
  const flags = ['--server', server.url, '--channel', 'news', '--spool', spool, '--pace', 'fast']
  await using sent = run(['send', ...flags, '--input', `ttxt:${file}`], { CCR_TOKEN: token })
  assert.equal(await sent.ended, 0, sent.stderr())
  assert.equal((await fetchCues(server.url, 'news')).length, 3)
  const { code, stdout, stderr } = await redecode(data.path, [])
  assert.equal(code, 0, stderr)
  assert.match(stdout, /nothing differs in 1 runs, 3 cues; nothing was stored/)
})
