import { memo, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { ChannelTrack, Cue } from '../../../protocol/api.ts'
import type { ChannelFeed } from '../../data/channel-feed.ts'
import { useDrafts } from '../../data/live.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { formatClock, formatDay, nameOfZone } from '../../shared/times.ts'
import { useHeld } from '../../shared/use-held.ts'
import type { Item } from './items.ts'

export interface ItemRowProps {
  readonly item: Item
  readonly zone: string
  readonly isNewDay: boolean
  readonly isNewMinute: boolean
  readonly showsTrack: boolean
  /** The newest line when the reader left the end. */
  readonly isLastRead: boolean
  /** The track chosen, as it stands in the address; null = the usual one. */
  readonly track: string | null
}

/** One line, programme heading or gap, under the day it is the first of. */
export const ItemRow = memo(function ItemRow(props: ItemRowProps): ReactNode {
  const { item, zone, isNewDay } = props
  const { messages: t, locale } = useCatalogue()
  const clock = (at: string): string => formatClock(at, zone, locale)
  return (
    <>
      {isNewDay && (
        <li className="day">
          <h2>
            {formatDay(item.at, zone, locale)}{' '}
            <span className="muted">{nameOfZone(zone, locale, item.at)}</span>
          </h2>
        </li>
      )}
      {item.kind === 'airing' && (
        <li className="airing" data-key={item.key}>
          <h3 dir="auto">
            <span className="quiet">{t.channel.airing}: </span>
            {item.airing.title}
          </h3>
          <span className="muted">
            {clock(item.airing.start).slice(0, 5)}
            {item.airing.rating !== null && ` · ${item.airing.rating}`}
          </span>
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
        <CueRow {...props} cue={item.cue} itemKey={item.key} time={clock(item.cue.start)} />
      )}
      {props.isLastRead && <li className="new-since">{t.channel.newSince}</li>}
    </>
  )
})

function CueRow(props: {
  readonly cue: Cue
  readonly itemKey: string
  readonly time: string
  readonly isNewMinute: boolean
  readonly showsTrack: boolean
  readonly track: string | null
}): ReactNode {
  const { cue, itemKey, time, isNewMinute, showsTrack, track } = props
  const address = `/c/${cue.channel}/${cue.start}`
  return (
    <li className={rowClass(cue.text, cue.mode, { isNewMinute, showsTrack })} data-key={itemKey}>
      <Link
        href={track === null ? address : `${address}?${new URLSearchParams({ track }).toString()}`}
        className="time"
      >
        <time dateTime={cue.start}>{time}</time>
      </Link>
      {showsTrack && <span className="track">{cue.track}</span>}
      <p className="caption-lines caption-window" lang={cue.language ?? undefined} dir="auto">
        <CaptionText text={cue.text} />
      </p>
    </li>
  )
}

/**
 * What is growing on screen. Re-renders by itself, letter by letter; finished lines are the list's. An empty
 * row stands where the next line will grow, so that its first letter moves nothing.
 */
export function DraftRows(props: {
  readonly feed: ChannelFeed
  readonly track: string | null
  readonly tracks: readonly ChannelTrack[]
  readonly isHeld: boolean
}): ReactNode {
  const { feed, track, tracks, isHeld } = props
  const t = useMessages()
  const live = useDrafts(feed)
  const drafts = useHeld(live, isHeld).filter((draft) => track === null || draft.track === track)
  const showsTrack = track === null
  if (drafts.length === 0)
    return (
      <li className={rowClass('', 'roll-up', { showsTrack, isDraft: true })} aria-hidden="true">
        <span className="time" />
        {showsTrack && <span className="track" />}
        <p>&nbsp;</p>
      </li>
    )
  return drafts.map((draft) => (
    <li
      key={draft.track}
      className={rowClass(draft.text, draft.mode, { showsTrack, isDraft: true })}
      aria-hidden="true"
    >
      <span className="time" title={t.channel.growing} />
      {showsTrack && <span className="track">{draft.track}</span>}
      <p
        className={`caption-lines caption-window${draft.mode === 'pop-on' || isHeld ? '' : ' growing'}`}
        lang={tracks.find((one) => one.track === draft.track)?.language ?? undefined}
        dir="auto"
      >
        <CaptionText text={draft.text} />
      </p>
    </li>
  ))
}

/** Where space is short, rows of roll-up text flow into each other; a speaker's turn and a screen begin anew. */
function rowClass(
  text: string,
  mode: Cue['mode'],
  is: { isNewMinute?: boolean; showsTrack: boolean; isDraft?: boolean },
): string {
  const isTurn = text.startsWith('>>')
  return [
    'row',
    isTurn && 'turn',
    (isTurn || mode !== 'roll-up' || is.showsTrack || is.isNewMinute === true) && 'begins',
    (isTurn || is.isNewMinute === true) && is.isDraft !== true && 'clocked',
    is.showsTrack && 'with-track',
    is.isDraft === true && 'draft',
  ]
    .filter((name) => name !== false)
    .join(' ')
}
