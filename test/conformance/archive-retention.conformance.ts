import assert from 'node:assert/strict'
import type { CueQuery } from '../../src/server/ports/archive.ts'
import type { LogEntry } from '../../src/server/ports/log.ts'
import { Feeder, airingEvent, at, binEvent, cueEvent, gapEvent, runEvent } from './events.ts'
import type { Storage } from './storage.ts'
import type { Rule } from './support.ts'

const always = { from: null, to: null }
const day = 86_400

/** What is past a channel's retention goes, wherever it is, and what is not stays. */
export function retentionRules(rule: Rule<Storage>): void {
  for (const settled of [false, true]) {
    const where = settled ? 'the long-term places' : 'the log'
    rule(`forgets what began before a time, from ${where}`, async (storage) => {
      const feeder = await Feeder.connect(storage.log)
      await feeder.store(runEvent(1), airingEvent(2, 'old', -40 * day, -40 * day + 100))
      await feeder.store(
        ...[
          cueEvent(3, 1, -40 * day),
          binEvent(4, -40 * day),
          gapEvent(5, 'old', -40 * day, -39 * day),
        ],
        ...[airingEvent(6, 'open', -30 * day, null), airingEvent(7, 'over', -50, -1)],
        ...[airingEvent(8, 'on', -50, 50), gapEvent(9, 'long', -9 * day, null)],
        ...[cueEvent(10, 2, -2), cueEvent(11, 3, -1), binEvent(12, -3601)],
        ...[cueEvent(13, 4, 0), cueEvent(14, 5, 2), binEvent(15, 1), gapEvent(16, 'new', -5, 1)],
      )
      if (settled) await storage.settle()
      const before = await entriesOf(storage)
      let told = 0
      const forget = (): Promise<string> =>
        storage.archive.forget('news', at(0), () => {
          told++
          return Promise.resolve()
        })
      assert.equal(await forget(), 'forgotten')
      assert.deepEqual(await held(storage), ['4 5', 'on', 'new long', 'bytes of 15 at 1'])
      const after = await entriesOf(storage)
      assert.deepEqual(
        after.map(({ value }) => value.position),
        before.map(({ value }) => value.position),
        'the log keeps every place',
      )
      const removed = after.flatMap((entry, n) => removedOf(before[n], entry))
      assert.deepEqual(removed.sort(), [
        ...['airing old', 'airing open', 'airing over', 'cue 1', 'cue 2', 'cue 3', 'gap old'],
      ])
      assert.equal(await forget(), 'nothing')
      assert.equal(told, 1, 'what there was to remove is told once, and first')
      await storage.settle()
      assert.deepEqual(await held(storage), ['4 5', 'on', 'new long', 'bytes of 15 at 1'])
    })
  }

  rule('forgets nothing of another channel, and takes what comes late again', async (storage) => {
    const news = await Feeder.connect(storage.log)
    const other = await Feeder.connect(storage.log, 'other', 'producer-b')
    await news.store(runEvent(1), cueEvent(2, 1, -10))
    await other.store(runEvent(1), cueEvent(2, 1, -10))
    await storage.settle()
    await storage.archive.forget('news', at(0), () => Promise.resolve())
    const { cues } = await storage.archive.cues({ ...everything, channel: 'other' })
    assert.equal(cues.length, 1)
    await news.store(cueEvent(3, 2, -5))
    assert.equal((await storage.archive.cues(everything)).cues.length, 1)
    await storage.settle()
    assert.equal((await storage.archive.cues(everything)).cues.length, 1)
    const again = await news.send(cueEvent(4, 1, -10))
    assert.deepEqual(again.ok && again.duplicates, 1, 'a cue that was forgotten does not come back')
  })

  rule('says in the log that the past is removed, in order with all else', async (storage) => {
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    const result = await storage.log.append({
      ...{ channel: 'news', producer: 'server-retention', fence: Number.POSITIVE_INFINITY },
      events: [{ type: 'removed', seq: 1, before: at(0) }],
    })
    const { epoch } = await storage.log.tip('news')
    const value = { channel: 'news', position: { epoch, seq: 2 }, what: 'past', before: at(0) }
    assert.deepEqual(result.ok && result.entries, [{ type: 'removed', value }])
    assert.deepEqual((await entriesOf(storage)).at(-1), { type: 'removed', value })
    await feeder.store(cueEvent(3, 2, 1))
    assert.equal((await storage.archive.cues(everything)).cues.length, 2, 'feeds are not fenced')
  })
}

const everything: CueQuery = {
  ...{ channel: 'news', ...always, tracks: null, order: 'oldest' },
  ...{ cursor: null, limit: 1000, run: null },
}

async function entriesOf({ log }: Storage): Promise<readonly LogEntry[]> {
  const { epoch } = await log.tip('news')
  const page = await log.read('news', { epoch, seq: 0 }, 1000)
  assert.ok(page.ok)
  return page.entries
}

/** What has become news that it was removed: told by name, or as part of the past that is. */
function removedOf(before: LogEntry | undefined, after: LogEntry): string[] {
  if (before === undefined || before.type === 'removed' || after.type !== 'removed') return []
  const { type, value } = before
  if (after.value.what === 'past') assert.equal(after.value.before, at(0))
  else assert.deepEqual([after.value.what, after.value.id], [type, value.id])
  return [`${type} ${value.id}`]
}

async function held({ archive }: Storage): Promise<string[]> {
  const { cues } = await archive.cues(everything)
  const bytes: string[] = []
  for await (const { data } of archive.bin('news', always, AbortSignal.timeout(10_000)))
    bytes.push(Buffer.from(data).toString())
  const ids = (spans: readonly { readonly id: string | number }[]): string =>
    spans.map(({ id }) => id).join(' ')
  return [
    ids(cues),
    ids(await archive.airings('news', always, 10)),
    ids(await archive.gaps('news', always, 10)),
    bytes.join(' '),
  ]
}
