import assert from 'node:assert/strict'
import { appendFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openSource } from '../../../src/client/sources/open-source.ts'
import { temporaryFolder, until, type Folder } from '../../support/processes.ts'
import { Listener } from '../../support/source-listener.ts'
import { RunningSender, sendOptions, spooled } from '../../support/spooled.ts'

const line = (n: number, text = `LINE ${n}`): string =>
  `00:00:${String(n).padStart(2, '0')},000|00:00:${String(n).padStart(2, '0')},900|POP|${text}\n`

/** Each step waits for a file to stay as it is for a while, on a machine that may be busy. */
const patienceMs = 60_000

describe('a file that grows', { concurrency: 4 }, () => {
  let folder: Folder
  before(async () => {
    folder = await temporaryFolder()
  })
  after(() => folder[Symbol.asyncDispose]())
  const at = (name: string): string => path.join(folder.path, name)

  it('is read to its end and on, and ends when nothing was added for as long as was said', async () => {
    const file = at('grows.ttxt')
    writeFileSync(file, line(1))
    await using heard = await Listener.to(`file:${file}?follow=1s`)
    await until('what is there', () => heard.text === line(1))
    appendFileSync(file, line(2))
    await until('what was added', () => heard.text === line(1) + line(2))
    await heard.ended
    assert.equal(heard.failure, undefined)
  })

  it('says what is wrong with the wish or the file', async () => {
    const empty = at('empty.recording')
    writeFileSync(empty, '')
    const wrong: [string, RegExp][] = [
      [`${empty}?follow=soon`, /follow=soon: expected yes, or a time like 30s/],
      [`${empty}?follow=yes`, /is empty as yet; say its --format/],
      [`${at('none.ts')}?follow=yes`, /there is no such file/],
      [`${folder.path}?follow=yes`, /is no file that grows/],
    ]
    for (const [input, words] of wrong) await assert.rejects(openSource(input, undefined), words)
  })

  it('goes on with its run after a restart, and begins another when it is replaced or cut', async () => {
    const [file, spoolFolder] = [at('rotated.ttxt'), at('spool')]
    writeFileSync(file, line(1))
    const options = sendOptions({ input: `ttxt:${file}?follow=yes`, spoolFolder })
    const texts = async (): Promise<string[][]> => {
      const events = await spooled(spoolFolder)
      const runs = [
        ...new Set(events.flatMap((event) => (event.type === 'run' ? [event.run] : []))),
      ]
      return runs.map((run) =>
        events.flatMap((event) => (event.type === 'cue' && event.run === run ? [event.text] : [])),
      )
    }
    {
      await using first = new RunningSender(options)
      appendFileSync(file, line(2))
      await until('a caption', () => first.sender.report().cues === 1, patienceMs)
    }
    await using second = new RunningSender(options)
    appendFileSync(file, line(3))
    await until('the second', () => second.sender.report().cues === 2, patienceMs)
    renameSync(file, `${file}.1`)
    // Whoever writes may be slow to notice.
    appendFileSync(`${file}.1`, line(4))
    writeFileSync(file, line(5))
    await until('the end of the old one', () => second.sender.report().cues === 4, patienceMs)
    appendFileSync(file, line(6))
    await until('the new one', () => second.sender.report().cues === 5, patienceMs)
    truncateSync(file, 0)
    await until('it is cut', () => second.sender.report().cues === 6, patienceMs)
    appendFileSync(file, line(7) + line(8))
    await until('what is there then', () => second.sender.report().cues === 7, patienceMs)
    await second.stop()
    assert.deepEqual(await texts(), [
      ['LINE 1', 'LINE 2', 'LINE 3', 'LINE 4'],
      ['LINE 5', 'LINE 6'],
      ['LINE 7'],
    ])
    const [run] = await spooled(spoolFolder)
    assert.equal(run?.type === 'run' && run.live, true)
  })
})
