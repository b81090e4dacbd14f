import assert from 'node:assert/strict'
import { copyFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { fetchCues } from '../support/recording.ts'
import { run, temporaryFolder, until } from '../support/processes.ts'

/** Nothing the demo shows is scripted: given another stream, it shows that one's text. */
it('shows the captions of whatever streams it is given', { timeout: 60_000 }, async () => {
  await using folder = await temporaryFolder()
  const samples = folder.path
  copyFileSync('samples/canal-plaza.bin', path.join(samples, 'another.bin'))
  const channels = [{ id: 'another', name: 'Another', file: 'another.bin' }]
  writeFileSync(path.join(samples, 'channels.json'), JSON.stringify({ channels }))
  await using demo = run([
    'demo',
    '--samples',
    samples,
    '--data',
    path.join(folder.path, 'data'),
    '--port',
    '0',
  ])
  await until('the address', () => /^listening on http/.test(demo.stdout()))
  const url = /^listening on (\S+)/.exec(demo.stdout())?.[1] ?? ''
  await until(
    'a cue of that stream',
    async () => (await fetchCues(url, 'another')).length > 1,
    30_000,
  )
  const [first] = await fetchCues(url, 'another')
  assert.match(first?.text ?? '', /BUENOS DÍAS/)
  demo.child.kill('SIGTERM')
  assert.equal(await demo.ended, 0, demo.stderr())
})
