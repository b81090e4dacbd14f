import assert from 'node:assert/strict'
import { airingEvent, at, cueEvent, Feeder, gapEvent, noonMs, runEvent } from './events.ts'
import {
  isCcrError,
  nameOf,
  subjectOf,
  textsOf,
  type SearchedArchive,
  type SearchSubject,
} from './search-support.ts'
import { conformance } from './support.ts'

/** What a search must find, whatever holds the words. Every rule has channels of its own. */
export function searchConformance(title: string, open: () => Promise<SearchedArchive>): void {
  const openSubject = async (): Promise<SearchSubject> => subjectOf(await open())
  conformance(title, openSubject, {}, (rule) => {
    rule('finds a phrase across cues, minutes and hours', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(runEvent(1), cueEvent(2, 1, 50, { text: 'THE OLD' }))
      await settle()
      await feeder.store(cueEvent(3, 2, 70, { text: 'HARBOR' }))
      await settle()
      await feeder.store(cueEvent(4, 3, 7200, { text: 'AT NIGHT' }))
      await settle()
      const [passage, ...more] = await ask.find('"the old harbor at night"')
      assert.deepEqual(more, [])
      assert.deepEqual(
        passage?.cues.map(({ cue }) => cue.id),
        [1, 2, 3],
      )
      assert.equal(await ask.count('"old harbor"'), 1)
      assert.equal(await ask.count('"harbor old"'), 0)
    })

    rule('parts what was said where a gap begins', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(
        ...[runEvent(1), cueEvent(2, 1, 0, { text: 'THE OLD' }), gapEvent(3, 'g', 5, 8)],
        ...[cueEvent(4, 2, 10, { text: 'HARBOR' }), gapEvent(5, 'withdrawn', 13, 13)],
        cueEvent(6, 3, 14, { text: 'AT NIGHT' }),
      )
      await settle()
      for (const parted of ['"old harbor"', 'old harbor', 'old NEAR/5 harbor'])
        assert.equal(await ask.count(parted), 0, parted)
      assert.equal(await ask.count('"harbor at night"'), 1)
      // What was said before it takes nothing away behind it.
      assert.equal(await ask.count('harbor -old'), 1)
    })

    rule('finds what came late, in its place', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(
        ...[
          runEvent(1),
          cueEvent(2, 1, 0, { text: 'THE' }),
          cueEvent(3, 3, 300, { text: 'NIGHT' }),
        ],
      )
      await settle()
      assert.equal(await ask.count('"the night"'), 1)
      await feeder.store(cueEvent(4, 2, 150, { text: 'QUIET' }))
      await settle()
      assert.equal(await ask.count('"the night"'), 0)
      assert.equal(await ask.count('"the quiet night"'), 1)
      assert.equal(await ask.count('night -quiet'), 0)
    })

    rule('leaves out a run once a later decode of it has ended', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0, { text: 'THE OLD HARBOR' }))
      const again = { run: 'run-2', of: 'run-1', revision: 2, live: false }
      await feeder.store(
        ...[runEvent(3, again), cueEvent(4, 1, 0, { run: 'run-2', text: 'THE OLD HARBOUR' })],
      )
      await settle()
      assert.equal(await ask.count('harbor'), 1)
      assert.equal(await ask.count('harbour'), 0)
      await feeder.store({ seq: 5, type: 'end', run: 'run-2', at: at(10) })
      await settle()
      assert.equal(await ask.count('harbor'), 0)
      const [passage] = await ask.find('harbour')
      assert.equal(passage?.cues[0]?.cue.of, 'run-1')
      assert.equal(passage.cues[0].cue.revision, 2)
    })

    rule('forgets what retention removes, and keeps the rest', async (subject) => {
      const { log, archive, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(
        ...[runEvent(1), cueEvent(2, 1, -86_400, { text: 'YESTERDAY A STORM' })],
        ...[cueEvent(3, 2, 5, { text: 'A LITTLE RAIN' }), cueEvent(4, 3, 70, { text: 'THEN SUN' })],
      )
      await settle()
      assert.equal(await ask.count('storm'), 1)
      await archive.forget(news, at(60), () => Promise.resolve())
      await settle()
      for (const gone of ['storm', 'rain', '"rain then"'])
        assert.equal(await ask.count(gone), 0, gone)
      assert.equal(await ask.count('"then sun"'), 1)
    })

    rule('pages to and fro in every order, each passage once', async (subject) => {
      const { log, search, settle, ask, news, sport } = subject
      for (const channel of [news, sport]) {
        const feeder = await Feeder.connect(log, channel)
        const cues = Array.from({ length: 30 }, (_, n) =>
          cueEvent(n + 2, n + 1, n * 45, { text: 'rain '.repeat(1 + ((n * 7) % 5)) }),
        )
        await feeder.store(runEvent(1), ...cues)
      }
      await settle()
      for (const order of ['newest', 'oldest', 'relevance'] as const) {
        const request = { ...ask.scope('rain', [news, sport]), order }
        const whole = await search.page({ ...request, cursor: null, limit: 200 })
        assert.equal(whole.next, null)
        assert.equal(whole.previous, null)
        const wanted = whole.passages.map(nameOf)
        assert.equal(new Set(wanted).size, 44)
        const mentions = whole.passages.map((passage) => passage.mentions)
        if (order === 'relevance')
          assert.deepEqual(
            mentions,
            mentions.toSorted((a, b) => b - a),
          )
        else {
          const starts = whole.passages.map(({ cues }) => cues[0]?.cue.start ?? '')
          assert.deepEqual(
            starts,
            order === 'oldest' ? starts.toSorted() : starts.toSorted().reverse(),
          )
        }
        const there: string[][] = []
        let cursor: string | null = null
        let back: string | null = null
        do {
          const page = await search.page({ ...request, cursor, limit: 7 })
          there.push(page.passages.map(nameOf))
          cursor = page.next
          back = page.previous
        } while (cursor !== null)
        assert.deepEqual(there.flat(), wanted, order)
        const andBack = there.slice(-1)
        while (back !== null) {
          const page = await search.page({ ...request, cursor: back, limit: 7 })
          andBack.unshift(page.passages.map(nameOf))
          assert.notEqual(page.next, null)
          back = page.previous
        }
        assert.deepEqual(andBack, there, `${order}, back`)
      }
    })

    rule('refuses a cursor that it has not given out', async (subject) => {
      const { search, ask } = subject
      for (const cursor of ['', 'nonsense', Buffer.from('[1,2]').toString('base64url')])
        await assert.rejects(
          search.page({ ...ask.scope('rain'), order: 'newest', cursor, limit: 10 }),
          isCcrError('bad-request'),
        )
    })

    rule('holds the asked times to the millisecond', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      const cues = Array.from({ length: 20 }, (_, n) =>
        cueEvent(n + 2, n + 1, n * 12, { text: 'RAIN AGAIN' }),
      )
      await feeder.store(runEvent(1), ...cues)
      await settle()
      const range = { from: at(36), to: at(156) }
      assert.equal(await ask.count('rain', range), 10)
      assert.equal(await ask.count('"rain again"', range), 10)
      const later = { from: new Date(noonMs + 36_001).toISOString(), to: at(156) }
      assert.equal(await ask.count('rain', later), 9)
      assert.equal(await ask.count(`rain from:${at(36)} to:${at(60)}`), 2)
      // The shortest span of it begins after the end, a longer one before: in the asked time that is the match.
      await feeder.store(
        ...[
          cueEvent(22, 21, 400, { text: 'WIND' }),
          cueEvent(23, 22, 412, { text: 'WIND AND STORM' }),
        ],
      )
      await settle()
      assert.equal(await ask.count('wind storm'), 1)
      assert.equal(await ask.count('wind storm', { from: at(400), to: at(401) }), 1)
    })

    rule('keeps each channel to the time of it that may be searched', async (subject) => {
      const { log, search, settle, ask, news, sport } = subject
      for (const channel of [news, sport]) {
        const feeder = await Feeder.connect(log, channel)
        const cues = Array.from({ length: 5 }, (_, n) => cueEvent(n + 2, n + 1, n * 60))
        await feeder.store(runEvent(1), ...cues)
      }
      await settle()
      const request = ask.scope('cue', [news, sport])
      const channels = request.channels.map((channel) =>
        channel.id === news ? { ...channel, from: at(60), to: at(180) } : channel,
      )
      const page = await search.page({
        ...{ ...request, channels },
        ...{ order: 'newest', cursor: null, limit: 100 },
      })
      const found = Object.groupBy(page.passages, ({ channel }) => channel)
      assert.equal(found[news]?.length, 2)
      assert.equal(found[sport]?.length, 5)
      assert.equal(await ask.count('cue', {}, [sport]), 5)
      assert.equal(await ask.count(`cue -channel:${news}`, {}, [news, sport]), 5)
      assert.equal(await ask.count('cue track:cc3', {}, [news, sport]), 0)
    })

    rule('counts by hour, track and programme', async (subject) => {
      const { log, search, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(
        ...[runEvent(1), airingEvent(2, 'a', 0, 3600, { title: 'The Weather' })],
        ...[cueEvent(3, 1, 10, { text: 'RAIN, RAIN' }), cueEvent(4, 2, 20, { text: 'AND RAIN' })],
        ...[
          cueEvent(5, 3, 1200, { text: 'RAIN' }),
          airingEvent(6, 'b', 3600, null, { title: 'Songs' }),
        ],
        ...[cueEvent(7, 4, 3700, { text: 'SINGING IN THE RAIN' })],
      )
      await settle()
      const edges = [noonMs, noonMs + 3_600_000, noonMs + 7_200_000]
      const cellsOf = async (q: string, byAiring: boolean): Promise<unknown[]> => {
        const { cells, complete } = await search.timeline({ ...ask.scope(q), edges, byAiring })
        assert.ok(complete)
        return cells
          .map(({ airing, bucket, mentions, minutes }) => [
            airing?.title,
            bucket,
            mentions,
            minutes,
          ])
          .sort()
      }
      assert.deepEqual(await cellsOf('rain', false), [
        [undefined, 0, 4, 2],
        [undefined, 1, 1, 1],
      ])
      assert.deepEqual(await cellsOf('rain', true), [
        ['Songs', 1, 1, 1],
        ['The Weather', 0, 4, 2],
      ])
      assert.deepEqual(await cellsOf('show:weather', true), [['The Weather', 0, 3, 2]])
      assert.equal(await ask.count('rain show:songs'), 1)
      assert.equal(await ask.count('rain -show:songs'), 4)
    })

    rule('finds words said hundreds of times in a minute, and very long ones', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      const long = 'ab'.repeat(900)
      const cues = Array.from({ length: 12 }, (_, n) =>
        cueEvent(n + 2, n + 1, n, { text: `go ${'go '.repeat(49)}team` }),
      )
      await feeder.store(runEvent(1), ...cues, cueEvent(14, 13, 61, { text: `said ${long} twice` }))
      await settle()
      assert.equal(await ask.count('go'), 600)
      assert.equal(await ask.count('"go team go"'), 11)
      assert.equal(await ask.count('"team said"'), 1)
      assert.equal(await ask.count('said'), 1)
      assert.equal(await ask.count('"said abab*"'), 1)
      assert.equal(await ask.count('twice -go'), 0)
      const [passage] = await ask.find('"team go"')
      assert.equal(passage?.mentions, 11)
    })

    rule('gives what was said between and around', async (subject) => {
      const { log, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      const texts = ['FIRST', 'SECOND', 'RAIN', 'BETWEEN', 'RAIN', 'AFTER', 'LAST']
      const cues = texts.map((text, n) => cueEvent(n + 2, n + 1, n * 5, { text }))
      await feeder.store(runEvent(1), ...cues)
      await settle()
      const [passage] = await ask.find('rain')
      assert.ok(passage !== undefined)
      assert.deepEqual(textsOf(passage.before), ['FIRST', 'SECOND'])
      assert.deepEqual(textsOf(passage.all), ['RAIN', 'BETWEEN', 'RAIN'])
      assert.deepEqual(textsOf(passage.after), ['AFTER', 'LAST'])
      assert.deepEqual(
        passage.cues.map(({ highlights }) => highlights),
        [[[0, 4]], [[0, 4]]],
      )
    })

    rule('says that more may be missing when time is over', async (subject) => {
      const { log, search, settle, ask, news } = subject
      const feeder = await Feeder.connect(log, news)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      await settle()
      const request = { ...ask.scope('cue'), timeLimitMs: 0 }
      const page = await search.page({ ...request, order: 'newest', cursor: null, limit: 10 })
      assert.equal(page.complete, false)
      const edges = [noonMs, noonMs + 3_600_000]
      const timeline = await search.timeline({ ...request, edges, byAiring: false })
      assert.equal(timeline.complete, false)
      assert.equal(await ask.count('cue'), 1)
    })
  })
}
