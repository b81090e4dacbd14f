import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Notification } from '../../src/protocol/alerts.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { createFolder } from '../engines/temporary.ts'
import { AlertRig } from '../support/alert-rig.ts'

let folder: Awaited<ReturnType<typeof createFolder>>
let rig: AlertRig

before(async () => {
  folder = await createFolder()
  rig = await AlertRig.open(folder.path)
  await rig.addChannel('one')
  await rig.addChannel('two')
  await rig.addChannel('late', { delaySeconds: 3600 })
  await rig.addChannel('short', { snippetWords: 4 })
  await rig.addChannel('hidden', { visibility: 'private' })
})

after(async () => {
  await rig[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

describe('an alert', () => {
  it('tells at once what is said, in context, with when it was aired, received and matched', async () => {
    const id = await rig.make({ query: '"harbour bridge"', name: 'Bridge' })
    await rig.say('one', 'GOOD EVENING FROM')
    await rig.say('one', 'THE OLD HARBOUR')
    await rig.say('one', 'BRIDGE IN THE RAIN.')
    await rig.until('it is told', () => rig.inbox.got.length === 1)
    const [told] = rig.inbox.got
    assert.ok(told !== undefined)
    const { kind, owner, because, mentions, alert } = told
    assert.deepEqual({ kind, owner, because }, { kind: 'mentions', owner: 'ann', because: 'rate' })
    assert.equal(alert.name, 'Bridge')
    const [mention] = mentions
    assert.ok(mention !== undefined)
    assert.equal(mention.text, 'THE OLD HARBOUR BRIDGE IN THE RAIN.')
    const marked = mention.highlights.map(([from, to]) => mention.text.slice(from, to))
    assert.deepEqual(marked, ['HARBOUR', 'BRIDGE'])
    assert.equal(mention.before, 'GOOD EVENING FROM')
    assert.equal(mention.channelName, 'Name of one')
    assert.match(mention.permalink, /^\/c\/one\//)
    const { aired, received, matched } = mention.trail
    assert.ok(aired <= received && received <= matched)
    assert.deepEqual(
      (await rig.mentions(id)).map((one) => one.id),
      [mention.id],
    )
  })

  it('folds what is aired again into the first, and does not tell it', async () => {
    const id = await rig.make({ query: 'otters', channels: ['one', 'two'] })
    const advert = ['NOW AT THE RIVER PARK FOR ALL', 'THE FAMILY: OTTERS AND MORE.']
    for (const text of advert) await rig.say('one', text)
    for (const text of advert) await rig.say('two', text)
    for (const text of advert) await rig.say('two', text.toLowerCase(), 'S1')
    await rig.say('two', 'QUITE OTHER WORDS ABOUT A LOT OF OTTERS IN TOWN.')
    await rig.until('both are found', async () => (await rig.mentions(id)).length === 2)
    const [other, first] = await rig.mentions(id)
    assert.equal(first?.repeats, 2)
    assert.deepEqual(
      first.alsoOn.map(({ channel, track }) => `${channel} ${track}`),
      ['two CC1', 'two S1'],
    )
    assert.equal(other?.repeats, 0)
    const told = (): number => rig.inbox.got.filter(({ alert }) => alert.id === id).length
    await rig.until('both are told', () => told() === 2)
  })

  it('finds nothing where its owner may not read, and shows nothing before its time or beyond its length', async () => {
    const id = await rig.make({ query: 'zebra', foldRepeats: false })
    await rig.say('hidden', 'A ZEBRA THAT NOBODY MAY SEE')
    await rig.say('late', 'A ZEBRA THAT COMES LATER')
    await rig.say('short', 'WORDS BEFORE A ZEBRA AND MANY WORDS AFTER IT')
    await rig.until('one is found', async () => (await rig.mentions(id)).length === 1)
    const [short] = await rig.mentions(id)
    assert.equal(short?.channel, 'short')
    assert.equal(short.text.split(' ').length, 4)
    assert.equal(short.before, '')
    rig.nowMs += 3_600_000
    const channels = (await rig.mentions(id)).map(({ channel }) => channel)
    assert.deepEqual(channels, ['short', 'late'])
    await assert.rejects(rig.make({ query: 'zebra', channels: ['hidden'] }), /no channel hidden/)
  })

  it('is silent when it is paused, and keeps what is said while it is muted', async () => {
    const paused = await rig.make({ query: 'heron', paused: true })
    const muted = await rig.make({
      query: 'heron',
      mutedUntil: new Date(rig.nowMs + 86_400_000).toISOString(),
    })
    await rig.say('one', 'A HERON STANDS HERE')
    await rig.until('it is kept', async () => (await rig.mentions(muted)).length === 1)
    assert.deepEqual(await rig.mentions(paused), [])
    assert.ok(rig.inbox.got.every(({ alert }) => alert.id !== muted && alert.id !== paused))
    await rig.alerts.service.remove(rig.alerts.service.get(muted, 'ann'))
    assert.throws(() => rig.alerts.service.get(muted, 'ann'), /no alert/)
  })

  it('hands over what it could not before, when it can, under the same id', async () => {
    const id = await rig.make({ query: 'pelican' })
    rig.inbox.isBroken = true
    await rig.say('one', 'A PELICAN SITS ON THE OLD PIER TODAY')
    await rig.until('it was tried', () => rig.inbox.refused.some(({ alert }) => alert.id === id))
    rig.inbox.isBroken = false
    const [refused] = rig.inbox.refused.filter(({ alert }) => alert.id === id)
    // Whatever is to be told next takes it along.
    await rig.say('one', 'AND ANOTHER PELICAN HAS COME ALONG WITH MANY FRIENDS')
    const told = (): string[] =>
      rig.inbox.got.filter(({ alert }) => alert.id === id).map((one) => one.id)
    await rig.until('both are told', () => told().length === 2)
    assert.equal(told()[0], refused?.id)
  })

  it('never tells what has become somebody else’s since, and shows it in no list', async () => {
    const id = await rig.make({ query: 'walrus', rate: { kind: 'hourly' }, foldRepeats: false })
    await rig.say('one', 'A WALRUS IN THE HARBOUR')
    await rig.say('two', 'A WALRUS ON THE BEACH')
    await rig.until('both are found', async () => (await rig.mentions(id)).length === 2)
    await rig.changeChannel('two', { visibility: 'private' })
    assert.deepEqual(
      (await rig.mentions(id)).map(({ channel }) => channel),
      ['one'],
    )
    rig.nowMs += 3_600_000
    await rig.say('one', 'ANYTHING ELSE')
    await rig.alerts.service.change(rig.alerts.service.get(id, 'ann'), {})
    const told = (): Notification[] => rig.inbox.got.filter(({ alert }) => alert.id === id)
    await rig.until('it is told', () => told().length === 1)
    assert.deepEqual(
      told().flatMap(({ mentions }) => mentions.map(({ channel }) => channel)),
      ['one'],
    )
    await rig.changeChannel('two', {})
  })

  it('goes on with a repeat when what it repeats is removed', async () => {
    const id = await rig.make({ query: 'badger' })
    const said = [
      'A WALKER TOLD US THIS MORNING THAT AT THE OLD MILL',
      'A BADGER WAS SEEN LAST NIGHT',
    ]
    for (const text of said) await rig.say('one', text)
    for (const text of said) await rig.say('two', text)
    await rig.until('it is folded', async () => (await rig.mentions(id))[0]?.repeats === 1)
    await rig.forgetPast('one')
    await rig.until('the other is shown', async () => {
      const [first] = await rig.mentions(id)
      return first?.channel === 'two' && first.repeats === 0
    })
  })

  it('finds what a search of the same time finds', async () => {
    // The one with a negation last: when the others have all they find, everything was heard.
    const queries = ['red blue', '"red blue"', 'blue OR gree*', 'red NEAR/2 blue', 'red -violet']
    const from = new Date(rig.nowMs).toISOString()
    const ids = await Promise.all(queries.map((query) => rig.make({ query, foldRepeats: false })))
    // A cue begins a second before it is said; what begins before `from` is none of a search's.
    rig.nowMs += 1000
    const words = ['RED', 'BLUE', 'GREEN', 'X', 'Y', 'Z', 'W', 'V']
    let state = 1
    const next = (): number => (state = (state * 48_271) % 2_147_483_647)
    for (let n = 0; n < 90; n++) {
      const said = Array.from({ length: 1 + (next() % 6) }, () => words[next() % 8]).join(' ')
      await rig.say(n % 3 === 0 ? 'two' : 'one', n === 80 ? 'VIOLET' : n === 89 ? 'RED BLUE' : said)
    }
    for (const [n, q] of queries.entries()) {
      const page = await rig.searches.page({
        ...{ reader: { kind: 'user', channels: [] }, q, channels: [], tracks: [] },
        ...{ from, to: null, order: 'oldest', cursor: null, limit: 200 },
      })
      const matches = await matchesOf(q, from)
      assert.ok(matches.length > 0, q)
      assert.equal(
        page.items.reduce((sum, { mentions }) => sum + mentions, 0),
        matches.length,
      )
      const wanted = [...new Set(matches)].sort()
      await rig.until(`what is found of ${q}`, async () => {
        // What could be taken away waits for half a minute after it was heard.
        if (q.includes(' -')) rig.nowMs += 31_000
        return (await rig.mentions(ids[n] ?? '')).length === wanted.length
      })
      const found = await rig.mentions(ids[n] ?? '')
      assert.deepEqual(found.map(({ channel, start }) => `${channel} ${start}`).sort(), wanted)
    }
  })
})

/** Where the matches of all that is stored begin. */
async function matchesOf(q: string, from: string): Promise<string[]> {
  const parsed = parseQuery(q)
  assert.ok(parsed.ok)
  const found: string[] = []
  for (const id of ['one', 'two']) {
    const page = await rig.storage.archive.cues({
      ...{ channel: id, from, to: null, tracks: null, order: 'oldest', run: null },
      ...{ cursor: null, limit: 1000 },
    })
    const facts = { channel: { id, network: null, timeZone: 'UTC' }, showOf: () => null }
    for (const { cues } of findMatches(parsed.query, facts, page.cues, []))
      found.push(`${id} ${cues[0].cue.start}`)
  }
  return found
}
