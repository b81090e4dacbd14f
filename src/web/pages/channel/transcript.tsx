import { memo, useEffect, useMemo, useRef, useState, type ReactNode, type RefObject } from 'react'
import { Link } from 'wouter'
import type { Channel, Cue } from '../../../protocol/api.ts'
import { ChannelFeed, keyOf } from '../../data/channel-feed.ts'
import { useDrafts, useFeedView } from '../../data/live.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { formatClock, formatDay, nameOfZone } from '../../shared/times.ts'
import { itemsOf, type Item } from './items.ts'
import { fillHole, useHistory } from './use-history.ts'
import { useReadingPlace } from './use-reading-place.ts'

export interface TranscriptProps {
  readonly channel: Channel
  readonly feed: ChannelFeed
  /** null = all. */
  readonly track: string | null
  /** A moment to read from; null = live. */
  readonly at: string | null
  readonly isAnnounced: boolean
  readonly onLive: () => void
}

/** Lines with their times, growing at the bottom, going back for ever. */
export function Transcript(props: TranscriptProps): ReactNode {
  const { channel, feed: live, track, at, onLive } = props
  const { messages: t, locale } = useCatalogue()
  // A moment long past is not joined to the present: it has a feed of its own, which nothing live enters.
  const past = useMemo(() => new ChannelFeed(channel.id), [channel.id])
  const feed = at === null ? live : past
  const view = useFeedView(feed)
  const history = useHistory(feed, at)
  const items = useMemo(() => itemsOf(view, track), [view, track])
  const { scroller, content, isFollowing, follow } = useReadingPlace(at === null)
  const zone = channel.timeZone
  useFillHoles(feed, view.isIncomplete)
  useStartAt(scroller, items, at)
  const news = useNews(items, isFollowing)
  const top = useLoadNear(scroller, history.older === 'idle', history.loadOlder, items.length)
  const bottom = useLoadNear(scroller, history.later === 'idle', history.loadLater, items.length)
  return (
    <div className="transcript">
      <div
        className="scroller"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label={t.channel.transcript}
      >
        <div className="measure" ref={content}>
          <div ref={top} className="edge">
            {history.older === 'end' && items.length > 0 && t.channel.beginning}
            {history.older !== 'end' && t.channel.older}
          </div>
          {items.length === 0 && history.older === 'end' && (
            <p className="muted">{t.channel.nothing}</p>
          )}
          <ol className="rows" aria-label={nameOfZone(zone, locale)}>
            {items.map((item, i) => (
              <ItemRow
                key={item.key}
                item={item}
                before={items[i - 1]}
                zone={zone}
                showsTrack={track === null}
              />
            ))}
          </ol>
          {at === null && <DraftRows feed={feed} track={track} />}
          <div ref={bottom} className="edge">
            {history.later === 'loading' && t.channel.later}
            {view.isIncomplete && t.channel.incomplete}
          </div>
        </div>
      </div>
      {(at !== null || !isFollowing) && (
        <button
          type="button"
          className="to-live"
          onClick={() => {
            if (at === null) follow()
            else onLive()
          }}
        >
          {news > 0 && at === null ? t.channel.liveNew(news) : t.channel.live}
        </button>
      )}
      {props.isAnnounced && at === null && <SpokenLog items={items} />}
    </div>
  )
}

const ItemRow = memo(function ItemRow(props: {
  readonly item: Item
  readonly before: Item | undefined
  readonly zone: string
  readonly showsTrack: boolean
}): ReactNode {
  const { item, before, zone, showsTrack } = props
  const { messages: t, locale } = useCatalogue()
  const day = formatDay(item.at, zone, locale)
  const isNewDay = before === undefined || formatDay(before.at, zone, locale) !== day
  const clock = (at: string): string => formatClock(at, zone, locale)
  return (
    <>
      {isNewDay && (
        <li className="day" data-key={`day ${day}`}>
          <h2>
            {day} <span className="muted">{nameOfZone(zone, locale)}</span>
          </h2>
        </li>
      )}
      {item.kind === 'airing' && (
        <li className="airing" data-key={item.key}>
          <h3>
            <span className="quiet">{t.channel.airing}: </span>
            {item.airing.title}
          </h3>
          {item.airing.rating !== null && <span className="muted">{item.airing.rating}</span>}
        </li>
      )}
      {item.kind === 'gap' && (
        <li className="gap" data-key={item.key}>
          {item.gap.to === null
            ? t.gap.open(t.gap[item.gap.reason], clock(item.gap.from))
            : t.gap.span(t.gap[item.gap.reason], clock(item.gap.from), clock(item.gap.to))}
        </li>
      )}
      {item.kind === 'cue' && (
        <CueRow cue={item.cue} time={clock(item.cue.start)} showsTrack={showsTrack} />
      )}
    </>
  )
})

function CueRow(props: {
  readonly cue: Cue
  readonly time: string
  readonly showsTrack: boolean
}): ReactNode {
  const { cue, time, showsTrack } = props
  const turns = cue.text.startsWith('>>')
  return (
    <li className={turns ? 'row turn' : 'row'} data-key={keyOf(cue)}>
      <Link href={`?t=${cue.start}`} className="time">
        <time dateTime={cue.start}>{time}</time>
      </Link>
      {showsTrack && <span className="track">{cue.track}</span>}
      <p lang={cue.language ?? undefined}>
        <CaptionText text={cue.text} />
      </p>
    </li>
  )
}

/** What is growing on screen. Re-renders by itself, letter by letter; finished lines are the list's. */
function DraftRows(props: {
  readonly feed: ChannelFeed
  readonly track: string | null
}): ReactNode {
  const t = useMessages()
  const drafts = useDrafts(props.feed).filter(
    ({ track }) => props.track === null || track === props.track,
  )
  return (
    <div className="drafts" aria-hidden="true">
      {drafts.map((draft) => (
        <div key={draft.track} className={draft.text.startsWith('>>') ? 'row turn' : 'row'}>
          <span className="time growing-mark" title={t.channel.growing} />
          {props.track === null && <span className="track">{draft.track}</span>}
          <p className={draft.mode === 'pop-on' ? undefined : 'growing'}>
            <CaptionText text={draft.text} />
          </p>
        </div>
      ))}
    </div>
  )
}

const spokenLines = 5

/** Whole lines only, for those who asked to have them read out; older pages never enter it. */
function SpokenLog({ items }: { readonly items: readonly Item[] }): ReactNode {
  const [since] = useState(() => new Date().toISOString())
  const spoken = items.filter((item) => item.kind === 'cue' && item.at > since).slice(-spokenLines)
  return (
    <div role="log" aria-live="polite" className="quiet">
      {spoken.map((item) =>
        item.kind === 'cue' ? (
          <p key={item.key} lang={item.cue.language ?? undefined}>
            {item.cue.text}
          </p>
        ) : null,
      )}
    </div>
  )
}

/** How many lines came since the reader left the end. */
function useNews(items: readonly Item[], isFollowing: boolean): number {
  const last = items.at(-1)?.key
  const [left, setLeft] = useState<string | undefined>(undefined)
  // The line that was newest when the reader left; kept while they are away.
  if (isFollowing && left !== last) setLeft(last)
  if (isFollowing) return 0
  const at = items.findIndex(({ key }) => key === left)
  return at === -1 ? 0 : items.length - 1 - at
}

function useFillHoles(feed: ChannelFeed, isIncomplete: boolean): void {
  useEffect(() => {
    if (!isIncomplete) return
    const held = new Set(feed.view().cues.slice(0, -50).map(keyOf))
    fillHole(feed, held).catch(() => {
      // The next reconnect tries again; what is missing is still there to scroll to.
      feed.settled()
    })
  }, [feed, isIncomplete])
}

/** Brings the moment asked for to the top, once it is there. */
function useStartAt(
  scroller: RefObject<HTMLElement | null>,
  items: readonly Item[],
  at: string | null,
): void {
  const isDone = useRef(false)
  useEffect(() => {
    if (at === null || isDone.current) return
    const from = new Date(at).toISOString()
    const first = items.find((item) => item.kind === 'cue' && item.at >= from)
    const row = first && scroller.current?.querySelector(`[data-key="${CSS.escape(first.key)}"]`)
    if (row == null) return
    isDone.current = true
    row.classList.add('sought')
    row.scrollIntoView({ block: 'start' })
  }, [scroller, items, at])
}

/** Loads when the reader comes near an edge. */
function useLoadNear(
  scroller: RefObject<HTMLElement | null>,
  canLoad: boolean,
  load: () => void,
  length: number,
): RefObject<HTMLDivElement | null> {
  const edge = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = edge.current
    if (element === null || !canLoad) return undefined
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting === true) load()
      },
      { root: scroller.current, rootMargin: '800px 0px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, canLoad, load, length])
  return edge
}
