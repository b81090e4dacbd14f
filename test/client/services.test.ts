import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { it } from 'node:test'
import { formatRcwtGroup, formatRcwtHeader } from '../../src/captions/rcwt.ts'
import type { Channel } from '../../src/protocol/api.ts'
import { Dtvcc } from '../captions/support/dtvcc.ts'
import { english, line21, service } from '../captions/support/two-ways.ts'
import { addChannel, run, startServer, temporaryFolder } from '../support/processes.ts'
import { fetchCues } from '../support/recording.ts'

/** "Good evening", "and welcome", "to the news" in KS X 1001. */
const korean = [
  [0xbec8, 0xb3e7, 0xc7cf, 0xbcbc, 0xbfe4],
  [0xb9dd, 0xb0a9, 0xbdc0, 0xb4cf, 0xb4d9],
  [0xb4ba, 0xbdba, 0xc0d4, 0xb4cf, 0xb4d9],
]

it('ccr send tells a service that line 21 has not, beside CC1, and not its double', async () => {
  const other = new Dtvcc()
  for (const text of korean) {
    other
      .send(2, (codes) =>
        codes
          .remove(0)
          .define(0)
          .wide(...text)
          .show(0),
      )
      .wait(3000)
    other.send(2, (codes) => codes.hide(0))
  }
  const groups = [...line21(english), ...service(1, english), ...other.groups]
  groups.sort((a, b) => a.fts - b.fts)
  await using folder = await temporaryFolder()
  const file = path.join(folder.path, 'korea.bin')
  await writeFile(file, Buffer.concat([formatRcwtHeader(), ...groups.map(formatRcwtGroup)]))
  const token = await addChannel(folder.path, 'seoul')
  await using server = await startServer(folder.path)
  const send = async (...more: string[]): Promise<void> => {
    await using sent = run([
      ...['send', '--server', server.url, '--channel', 'seoul', '--token', token],
      ...[
        '--input',
        file,
        '--pace',
        'fast',
        '--spool',
        path.join(folder.path, `spool${more.length}`),
      ],
      ...more,
    ])
    assert.equal(await sent.ended, 0, sent.stderr())
  }
  await send()
  const said = async (track: string): Promise<string[]> =>
    (await fetchCues(server.url, 'seoul')).flatMap((cue) => (cue.track === track ? cue.text : []))
  assert.deepEqual(await said('S2'), ['안녕하세요', '반갑습니다', '뉴스입니다'])
  assert.equal((await said('CC1')).length, english.length)
  assert.deepEqual(await said('S1'), [])
  const channel = (await (await fetch(`${server.url}/api/v1/channels/seoul`)).json()) as Channel
  assert.deepEqual(channel.tracks.map(({ track }) => track).sort(), ['CC1', 'S2'])
  await send('--tracks', 'S1:en')
  assert.deepEqual(await said('S1'), english)
})
