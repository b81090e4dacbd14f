import assert from 'node:assert/strict'
import type { Archive, FilePage, FilePlace, FileRequest } from '../../src/server/ports/archive.ts'
import { airingEvent, at, cueEvent, gapEvent } from './events.ts'
import type { RuleEverywhere } from './storage.ts'

const hour = 3600
const day = 86_400
/** More than two pages. */
const cueCount = 4100

/** The part of the archive's suite that is about files of captions. */
export function fileRules(everywhere: RuleEverywhere): void {
  everywhere(
    'makes a file page by page, each cue, airing and gap once and in order, over months',
    (feeder) =>
      feeder.store(
        airingEvent(1, 'before', -40 * day, -39 * day),
        airingEvent(2, 'on', -31 * day, -29 * day),
        gapEvent(3, 'withdrawn', 0, 0),
        gapEvent(4, 'gap', 10, 20),
        airingEvent(5, 'late', 20 * day, null),
        airingEvent(6, 'after', 40 * day, null),
        ...Array.from({ length: cueCount }, (_, n) =>
          cueEvent(n + 7, n + 1, -30 * day + Math.floor((n * 60 * day) / cueCount)),
        ),
        cueEvent(cueCount + 7, 1, 0, { track: 'CC3' }),
      ),
    async (archive) => {
      const request = requestOf(-30 * day, 30 * day, ['CC1'])
      const { text, pages } = await readFile(archive, request)
      const { items } = JSON.parse(text) as {
        items: { type: string; id: number | string; start?: string; from?: string }[]
      }
      const told = items.filter(({ type }) => type !== 'cue').map(({ id }) => id)
      assert.deepEqual(told, ['on', 'gap', 'late'])
      assert.deepEqual(
        items.filter(({ type }) => type === 'cue').map(({ id }) => id),
        Array.from({ length: cueCount }, (_, n) => n + 1),
      )
      const starts = items.map(({ start, from }) => start ?? from ?? '')
      assert.deepEqual(starts.toSorted(), starts)
      assert.ok(pages.length > 2)
      assert.equal(pages.at(-1)?.counts.cues, cueCount)

      // Measured without its bytes it has the same length and digest; and it goes on from any page.
      let place: FilePlace | null = null
      for (const [n, page] of pages.entries()) {
        const measured: FilePage = await archive.file(request, place, 'length')
        assert.deepEqual(
          [measured.bytes, measured.length, measured.digest, measured.counts],
          [null, page.bytes?.length, page.digest, page.counts],
        )
        assert.equal(measured.next === null, n === pages.length - 1)
        assert.deepEqual(await archive.file(request, place, 'length'), measured)
        place = measured.next
      }
    },
  )

  everywhere(
    'makes a file of the chosen cues only, and one of nothing',
    (feeder) =>
      feeder.store(airingEvent(1, 'on', 0, 60), ...[1, 2, 3].map((n) => cueEvent(n + 1, n, n))),
    async (archive) => {
      const chosen = {
        ...requestOf(0, hour, null),
        cues: ['run-1/CC1/3', 'run-1/CC1/1', 'run-2/CC1/2'],
      }
      const { items } = JSON.parse((await readFile(archive, chosen)).text) as {
        items: { id: number }[]
      }
      assert.deepEqual(
        items.map(({ id }) => id),
        [1, 3],
      )
      const nothing = { ...requestOf(0, hour, null), channel: 'sport' }
      assert.deepEqual(
        (JSON.parse((await readFile(archive, nothing)).text) as { items: [] }).items,
        [],
      )
    },
  )

  everywhere(
    'gives one airing as it was last told, whatever month it has moved to',
    async (feeder, { settle }) => {
      await feeder.store(airingEvent(1, 'moved', -40 * day, null), airingEvent(2, 'other', 0, 60))
      await settle()
      await feeder.store(airingEvent(3, 'moved', 5, 10, { title: 'New title' }))
    },
    async (archive) => {
      const airing = await archive.airing('news', 'moved')
      assert.deepEqual([airing?.title, airing?.start, airing?.end], ['New title', at(5), at(10)])
      assert.equal(await archive.airing('news', 'none'), null)
      assert.equal(await archive.airing('sport', 'moved'), null)
    },
  )
}

function requestOf(from: number, to: number, tracks: readonly string[] | null): FileRequest {
  const range = { from: at(from), to: at(to) }
  const facts = { format: 'json', channel: 'news', name: 'News', timeZone: 'UTC' } as const
  return {
    ...{ channel: 'news', range, tracks, cues: null },
    facts: { ...facts, ...range, tracks: [], zeroMs: Date.parse(at(from)) },
  }
}

async function readFile(
  archive: Archive,
  request: FileRequest,
): Promise<{ text: string; pages: readonly FilePage[] }> {
  const pages: FilePage[] = []
  let place: FilePlace | null = null
  do {
    const page: FilePage = await archive.file(request, place, 'bytes')
    pages.push(page)
    place = page.next
  } while (place !== null)
  const text = Buffer.concat(pages.map(({ bytes }) => bytes ?? new Uint8Array())).toString()
  return { text, pages }
}
