import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue, Gap } from '../../protocol/api.ts'
import { itemsOf } from '../pages/channel/transcript/items.ts'
import { ChannelFeed, keptCues } from './channel-feed.ts'

const position = { epoch: 'e0000000', seq: 1 }

/** Cue n begins n / `together` seconds after the first: so many at a time begin together. */
function cue(id: number, together = 1): Cue {
  const at = new Date(1_760_000_000_000 + Math.floor(id / together) * 1000).toISOString()
  return {
    ...{ channel: 'c', track: 'CC1', id, start: at, end: at, text: `line ${id}`, mode: 'roll-up' },
    ...{ language: null, run: 'r', position, airing: null },
  }
}

function cues(from: number, to: number, together = 1): Cue[] {
  return Array.from({ length: to - from }, (_, i) => cue(from + i, together))
}

function ids(feed: ChannelFeed): number[] {
  return feed.view().cues.map(({ id }) => id)
}

function snapshot(feed: ChannelFeed, complete: boolean, with_: readonly Cue[]): void {
  feed.take({
    ...{ type: 'snapshot', channel: 'c', position, complete, cues: with_, drafts: [] },
    airing: null,
  })
}

function gap(seq: number, to: string | null): Gap {
  return {
    ...{ channel: 'c', id: 'server:r:1', run: 'r', from: cue(5).start, to },
    ...{ reason: 'server-restart', position: { epoch: 'e0000000', seq } },
  }
}

describe('a channel’s feed', () => {
  it('closes and withdraws gaps live, whatever a list says that was asked for before', () => {
    const feed = new ChannelFeed('c')
    feed.read()
    feed.addCues(cues(0, 9))
    const shown = (): string[] =>
      itemsOf(feed.view(), null).flatMap((item) => (item.kind === 'gap' ? [`${item.gap.to}`] : []))
    feed.take({ type: 'gap', ...gap(2, null) })
    assert.deepEqual(shown(), ['null'])
    feed.take({ type: 'gap', ...gap(3, cue(7).start) })
    assert.deepEqual(shown(), [cue(7).start])
    feed.take({ type: 'gap', ...gap(4, cue(5).start) })
    feed.addGaps([gap(2, null)])
    assert.deepEqual(shown(), [])
  })

  it('lets go of an open gap that was withdrawn during an absence', () => {
    const feed = new ChannelFeed('c')
    feed.addGaps([gap(2, null)])
    feed.renewGaps([])
    assert.deepEqual(feed.view().gaps, [])
  })

  it('keeps a bounded number of lines, the newest, when nobody reads back', () => {
    const feed = new ChannelFeed('c')
    for (const one of cues(0, 5000)) feed.take({ type: 'cue', ...one })
    assert.ok(ids(feed).length <= keptCues * 1.5)
    assert.equal(ids(feed).at(-1), 4999)
  })

  it('forgets what a retention has passed over, and one line that was taken down', () => {
    const feed = new ChannelFeed('c')
    feed.addCues(cues(0, 6))
    feed.take({ type: 'removed', channel: 'c', position, what: 'past', before: cue(3).start })
    assert.deepEqual(ids(feed), [3, 4, 5])
    const one = { what: 'cue', run: 'r', track: 'CC1', id: 4 } as const
    feed.take({ type: 'removed', channel: 'c', position, ...one })
    assert.deepEqual(ids(feed), [3, 5])
  })

  it('cuts between lines that did not begin together, so that a page up to the cut is whole', () => {
    const feed = new ChannelFeed('c')
    feed.read()
    feed.addCues(cues(0, 1000, 7))
    const floor = feed.trim()
    const kept = new Set(ids(feed))
    for (const one of cues(0, 1000, 7))
      assert.equal(kept.has(one.id), one.start >= (floor ?? ''), `line ${one.id}`)
  })

  it('leaves a late line from before the cut to the archive, and takes it with its page', () => {
    const feed = new ChannelFeed('c')
    feed.read()
    feed.addCues(cues(0, 1000))
    feed.trim()
    feed.take({ type: 'cue', late: true, ...cue(10) })
    assert.ok(!ids(feed).includes(10))
    feed.addOlder(cues(0, 700).reverse())
    assert.deepEqual(
      ids(feed),
      cues(0, 1000).map(({ id }) => id),
    )
    feed.take({ type: 'cue', late: true, ...cue(10) })
    assert.equal(ids(feed).filter((id) => id === 10).length, 1)
  })

  it('asks for a hole to be filled while somebody reads, and begins anew otherwise', () => {
    const feed = new ChannelFeed('c')
    snapshot(feed, true, cues(0, 5))
    snapshot(feed, false, cues(90, 95))
    assert.deepEqual(ids(feed), [90, 91, 92, 93, 94])
    assert.equal(feed.view().isIncomplete, false)
    feed.read()
    snapshot(feed, false, cues(200, 205))
    assert.equal(ids(feed).length, 10)
    assert.equal(feed.view().isIncomplete, true)
  })

  it('does not join a new subscription’s lines to those of an earlier one', () => {
    const feed = new ChannelFeed('c')
    snapshot(feed, true, cues(0, 5))
    feed.beginAnew()
    snapshot(feed, true, cues(90, 95))
    assert.deepEqual(ids(feed), [90, 91, 92, 93, 94])
  })
})

describe('text that was decoded anew', () => {
  const anew = (id: number): Cue => ({ ...cue(id), run: 'r2', text: `anew ${id}`, of: 'r', revision: 2 })
  const texts = (feed: ChannelFeed): string[] => feed.view().cues.map(({ text }) => text)

  it('is not shown beside the old as it comes in, only told of', () => {
    const feed = new ChannelFeed('c')
    feed.addCues(cues(0, 3))
    feed.take({ type: 'cue', late: true, ...anew(1) })
    assert.deepEqual(texts(feed), ['line 0', 'line 1', 'line 2'])
    assert.equal(feed.view().revised, 1)
  })

  it('replaces all of the old when the time is listed again; what is of another run stays', () => {
    const feed = new ChannelFeed('c')
    const other = { ...cue(5), run: 'other' }
    feed.addCues([...cues(0, 3), other])
    feed.replaceCues([anew(0), anew(1)])
    assert.deepEqual(texts(feed), ['anew 0', 'anew 1', 'line 5'])
    assert.equal(feed.view().revised, 0)
    feed.replaceCues([0, 1].map((id) => ({ ...anew(id), run: 'r3', text: `third ${id}`, revision: 3 })))
    assert.deepEqual(texts(feed), ['third 0', 'third 1', 'line 5'])
  })

  it('asks for the rest when a page of the archive has some of it, and when a snapshot has', () => {
    const feed = new ChannelFeed('c')
    feed.addCues(cues(0, 3))
    feed.addCues([anew(2)])
    assert.deepEqual(texts(feed), ['anew 2'])
    assert.equal(feed.view().revised, 1)
  })
})
