import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFolder, until } from '../support/processes.ts'
import { originalOf, RunningSender, sendOptions, spooled } from '../support/spooled.ts'

const lines = [
  'what an extractor says of itself\r\n',
  '1507366447,000|1507366447,900|POP|   HELLO,\r\n',
  '1507366447,000|1507366447,900|POP|   WORLD.\r\n',
  '1507366448,000|1507366449,000|CC3|POP|HOLA.\r\n',
]

describe('a transcript as an input', { concurrency: 2 }, () => {
  it('is a recording with its own time, sent with its original', async () => {
    await using folder = await temporaryFolder()
    const spoolFolder = path.join(folder.path, 'spool')
    const file = path.join(folder.path, 'evening.ttxt')
    await writeFile(file, lines.join(''))
    await using running = new RunningSender(
      sendOptions({ input: `ttxt:${file}`, spoolFolder, pace: 'fast' }),
    )
    await until('all is read', () => running.sender.report().unacked >= 6)
    await running.stop()
    const events = await spooled(spoolFolder)
    assert.equal(originalOf(events, 'ttxt').toString(), lines.join(''))
    const [run] = events
    assert.equal(run?.type === 'run' && run.startedAt, '2017-10-07T08:54:07.000Z')
    assert.equal(run?.type === 'run' && run.live, false)
    assert.equal(run?.type === 'run' && run.extractor, 'ttxt')
    assert.deepEqual(
      events
        .filter((event) => event.type === 'cue')
        .map(({ track, start, text }) => [track, start, text]),
      [
        ['CC1', '2017-10-07T08:54:07.000Z', 'HELLO,\nWORLD.'],
        ['CC3', '2017-10-07T08:54:08.000Z', 'HOLA.'],
      ],
    )
  })

  it('that is piped in is of now, each caption as soon as it is whole', async () => {
    await using folder = await temporaryFolder()
    const [pipe, spoolFolder] = [path.join(folder.path, 'pipe'), path.join(folder.path, 'spool')]
    execFileSync('mkfifo', [pipe])
    const began = Date.now()
    await using running = new RunningSender(
      sendOptions({ input: `ttxt:${pipe}`, spoolFolder, startAtMs: null }),
    )
    const writer = createWriteStream(pipe)
    // The extractor has been running for three hours.
    writer.write('03:00:00,000|03:00:02,000|RU3|HELLO.\n')
    await until('its caption', () => running.sender.report().cues === 1)
    const ended = Date.now()
    writer.destroy()
    await running.stop()
    const cue = (await spooled(spoolFolder)).find((event) => event.type === 'cue')
    assert.ok(cue !== undefined)
    const at = Date.parse(cue.end)
    assert.ok(began - 1000 <= at && at <= ended + 1000, `${cue.end} is not now`)
  })
})
