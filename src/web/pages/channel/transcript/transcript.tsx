import { useCallback, useEffect, useMemo, useRef, type ReactNode, type RefObject } from 'react'
import type { Channel, ChannelTrack } from '../../../../protocol/api.ts'
import { ChannelFeed } from '../../../data/channel-feed.ts'
import { useFeedView } from '../../../data/live.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { letterCase, lineFlow } from '../../../shared/settings/choices.ts'
import { useKept } from '../../../shared/settings/kept.ts'
import { directionOf } from '../../../shared/captions/direction.ts'
import { SpokenLog } from '../../../shared/captions/spoken-log.tsx'
import { formatClock, formatDay, nameOfZone } from '../../../shared/time/times.ts'
import type { Reading } from '../day/reading.ts'
import { beginsMinute, beginsParagraph, itemsOf, opensSentence, type Item } from './items.ts'
import { quotedCues } from './quoted-cues.ts'
import './transcript.css'
import { DraftRows, ItemRow } from './rows.tsx'
import { useHistory } from './use-history.ts'
import { useFillHoles, useNews, useTrim, useRevisions } from './use-live-edge.ts'
import { useRemember, type Place } from './use-remembered-place.ts'
import { useReadingPlace } from './use-reading-place.ts'
import { useWindow } from './use-window.ts'

export interface TranscriptProps {
  readonly channel: Channel
  readonly tracks: readonly ChannelTrack[]
  readonly feed: ChannelFeed
  /** null = all. */
  readonly track: string | null
  /** The track as the address says it. */
  readonly trackAsked: string | null
  /** A moment to read from; null = live. */
  readonly at: string | null
  /** The line that was at the top when the reader went elsewhere. */
  readonly place: Place | null
  /** Times are shown in it. */
  readonly zone: string
  readonly isAnnounced: boolean
  readonly onAnnounce: (isAnnounced: boolean) => void
  readonly onLive: () => void
  /** Told which moment is read. */
  readonly reading: Reading
}

/** Lines with their times, growing at the bottom, going back for ever. */
export function Transcript(props: TranscriptProps): ReactNode {
  const { channel, feed: live, track, at, zone, onLive, reading } = props
  const { messages: t, locale } = useCatalogue()
  const more = useChannelMessages()
  const flow = useKept(lineFlow)
  const language = props.tracks.find((one) => one.track === track)?.language ?? null
  const isRecased = useKept(letterCase) === 'sentence'
  // A moment long past has a feed of its own, which nothing live enters until its end is the present.
  const past = useMemo(() => new ChannelFeed(channel.id), [channel.id])
  const feed = at === null ? live : past
  const view = useFeedView(feed)
  const history = useHistory(feed, at)
  const isLive = at === null || history.later === 'end'
  useEffect(
    () => (at !== null && isLive ? live.relayTo(past) : undefined),
    [at, isLive, live, past],
  )
  const items = useMemo(() => itemsOf(view, track), [view, track])
  const hasBelow = useRef(false)
  const latest = useRef(items)
  const onTop = useCallback(
    (key: string | undefined) => {
      const item =
        key === undefined ? latest.current.at(-1) : latest.current.find((one) => one.key === key)
      // What was let go of meanwhile says nothing new.
      if (item !== undefined) reading.tell(item.at)
    },
    [reading],
  )
  const place = useReadingPlace({ startsAtEnd: at === null, isLive, hasBelow, onTop })
  const { scroller, content, isFollowing, isHeld } = place
  const drawn = useWindow(items, isFollowing, flow)
  useEffect(() => {
    latest.current = items
    hasBelow.current = drawn.hasBelow
    if (isFollowing || reading.at() === null) reading.tell(items.at(-1)?.at ?? null)
  }, [items, drawn.hasBelow, isFollowing, reading])
  useFillHoles(feed, view.isIncomplete)
  useRevisions(feed, view.revised)
  useTrim(feed, view, history, isLive && isFollowing)
  useStartAt(scroller, items, at, props.place?.line ?? null)
  useRemember(scroller, isFollowing)
  const news = useNews(items, isFollowing)
  const top = useLoadNear(
    scroller,
    drawn.hasAbove || history.older === 'idle',
    drawn.hasAbove ? drawn.moveUp : history.loadOlder,
  )
  const bottom = useLoadNear(
    scroller,
    !isHeld && !isFollowing && (drawn.hasBelow || history.later === 'idle'),
    drawn.hasBelow ? drawn.moveDown : history.loadLater,
  )
  const goLive = at === null ? place.follow : onLive
  useEffect(() => {
    reading.offer({
      quote: () => quotedCues(scroller.current, latest.current, isFollowing),
      toggle: isFollowing ? place.hold : goLive,
    })
  })
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
            {!drawn.hasAbove &&
              history.failingSince === null &&
              (history.older === 'end' ? items.length > 0 && t.channel.beginning : t.channel.older)}
          </div>
          {history.failingSince !== null && (
            <p className="transcript-trouble" role="status">
              {more.failing(
                formatClock(new Date(history.failingSince).toISOString(), zone, locale),
              )}
            </p>
          )}
          {items.length === 0 && history.older === 'end' && (
            <p className="muted">{t.channel.nothing}</p>
          )}
          <ol
            className={`rows in-${flow}`}
            // Rows that flow into each other follow each other as their language is written.
            dir={flow === 'paragraphs' ? directionOf(language) : undefined}
            aria-label={nameOfZone(zone, locale)}
          >
            {drawn.rows.map((item, i) => {
              const n = drawn.start + i
              const before = items[n - 1]
              const day = formatDay(item.at, zone, locale)
              return (
                <ItemRow
                  key={item.key}
                  item={item}
                  zone={zone}
                  isNewDay={
                    i === 0 || before === undefined || formatDay(before.at, zone, locale) !== day
                  }
                  isNewMinute={beginsMinute(item, before)}
                  isNewParagraph={beginsParagraph(items, n)}
                  opensSentence={
                    isRecased && item.kind === 'cue'
                      ? opensSentence(items, n, item.cue.track)
                      : null
                  }
                  showsTrack={track === null}
                  isLastRead={item.key === news.left}
                  track={props.trackAsked}
                />
              )
            })}
            {isLive && !drawn.hasBelow && (
              <DraftRows
                feed={feed}
                track={track}
                tracks={props.tracks}
                isHeld={isHeld}
                opensSentence={isRecased ? (one) => opensSentence(items, items.length, one) : null}
              />
            )}
          </ol>
          <div ref={bottom} className="edge">
            {history.later === 'loading' && t.channel.later}
            {view.isIncomplete && t.channel.incomplete}
          </div>
        </div>
      </div>
      <div className="transcript-foot">
        <div>
          {isFollowing ? (
            <button type="button" onClick={place.hold}>
              {t.channel.pause}
            </button>
          ) : (
            <button type="button" className="to-live" onClick={goLive}>
              {news.count > 0 && isLive ? t.channel.liveNew(news.count) : t.channel.live}
            </button>
          )}
          <button
            type="button"
            aria-pressed={props.isAnnounced}
            title={t.channel.readAloudWhat}
            onClick={() => props.onAnnounce(!props.isAnnounced)}
          >
            {t.channel.readAloud}
          </button>
          <span className="muted zone">
            {t.channel.timesIn(nameOfZone(zone, locale), zone === channel.timeZone)}
          </span>
        </div>
      </div>
      {props.isAnnounced && isLive && (
        <SpokenLog
          cues={track === null ? view.cues : view.cues.filter((cue) => cue.track === track)}
        />
      )}
    </div>
  )
}

/** Brings the moment asked for to the top, once it is there. */
function useStartAt(
  scroller: RefObject<HTMLElement | null>,
  items: readonly Item[],
  at: string | null,
  line: string | null,
): void {
  const isDone = useRef(false)
  useEffect(() => {
    if (at === null || isDone.current) return
    const from = new Date(at).toISOString()
    const first =
      items.find(({ key }) => key === line) ??
      items.find((item) => item.kind === 'cue' && item.at >= from)
    const row = first && scroller.current?.querySelector(`[data-key="${CSS.escape(first.key)}"]`)
    if (row == null) return
    isDone.current = true
    // What a link or the reader asked for stands out.
    if (line === null) row.classList.add('sought')
    row.scrollIntoView({ block: 'start' })
  }, [scroller, items, at, line])
}

/** Loads when the reader comes near an edge. */
function useLoadNear(
  scroller: RefObject<HTMLElement | null>,
  canLoad: boolean,
  load: () => void,
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
  }, [scroller, canLoad, load])
  return edge
}
