import { memo, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { ChannelTrack, Cue, Gap } from '../../../../protocol/api.ts'
import type { Draft } from '../../../../protocol/live/live.ts'
import type { ChannelFeed } from '../../../data/channel-feed.ts'
import { useDrafts } from '../../../data/live.ts'
import { useCatalogue, useMessages } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { CaptionText } from '../../../shared/captions/caption-text.tsx'
import { sentenceCase } from '../../../shared/captions/sentence-case.ts'
import { formatClock, formatDay, formatLength, nameOfZone } from '../../../shared/time/times.ts'
import { useHeld } from '../../../shared/use-held.ts'
import type { Item } from './items.ts'

export interface ItemRowProps {
  readonly item: Item
  readonly zone: string
  readonly isNewDay: boolean
  readonly isNewMinute: boolean
  readonly isNewParagraph: boolean
  /** Whether what was said before had come to its end; null = letters are shown as they were sent. */
  readonly opensSentence: boolean | null
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
      {item.kind === 'gap' && <GapRow gap={item.gap} itemKey={item.key} clock={clock} />}
      {item.kind === 'cue' && (
        <CueRow {...props} cue={item.cue} itemKey={item.key} time={clock(item.cue.start)} />
      )}
      {props.isLastRead && <li className="new-since">{t.channel.newSince}</li>}
    </>
  )
})

/** A hole in words: why, from when to when, how long; and, while it is open, what will come of it. */
function GapRow(props: {
  readonly gap: Gap
  readonly itemKey: string
  readonly clock: (at: string) => string
}): ReactNode {
  const { gap, itemKey, clock } = props
  const t = useMessages()
  const more = useChannelMessages()
  const reason = t.gap[gap.reason]
  return (
    <li className="gap" data-key={itemKey}>
      {gap.to === null ? (
        <>
          {t.gap.open(reason, clock(gap.from))}
          <span className="gap-next">{more.gapNext}</span>
        </>
      ) : (
        <>
          {t.gap.span(reason, clock(gap.from), clock(gap.to))}{' '}
          <span className="gap-length">
            ({formatLength(Date.parse(gap.to) - Date.parse(gap.from))})
          </span>
        </>
      )}
    </li>
  )
}

function CueRow(
  props: Pick<
    ItemRowProps,
    'isNewMinute' | 'isNewParagraph' | 'opensSentence' | 'showsTrack' | 'track'
  > & {
    readonly cue: Cue
    readonly itemKey: string
    readonly time: string
  },
): ReactNode {
  const { cue, itemKey, time, opensSentence, track, showsTrack } = props
  const { text, language } = cue
  const address = `/c/${cue.channel}/${cue.start}`
  return (
    <li className={rowClass(text, cue.mode, props)} data-key={itemKey}>
      <Link
        href={track === null ? address : `${address}?${new URLSearchParams({ track }).toString()}`}
        className="time"
      >
        <time dateTime={cue.start}>{time}</time>
      </Link>
      {showsTrack && <span className="track">{cue.track}</span>}
      <p className="caption-lines caption-window" lang={language ?? undefined} dir="auto">
        <CaptionText
          text={
            opensSentence === null
              ? text
              : sentenceCase(text, { language, isBeginning: opensSentence })
          }
        />
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
  /** Whether a row of the track would begin a sentence; null = letters are shown as they were sent. */
  readonly opensSentence: ((track: string) => boolean) | null
}): ReactNode {
  const { feed, track, tracks, isHeld, opensSentence } = props
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
  const languageOf = (draft: Draft): string | null =>
    tracks.find((one) => one.track === draft.track)?.language ?? null
  const textOf = (draft: Draft): string =>
    opensSentence === null
      ? draft.text
      : sentenceCase(draft.text, {
          language: languageOf(draft),
          isBeginning: opensSentence(draft.track),
        })
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
        lang={languageOf(draft) ?? undefined}
        dir="auto"
      >
        <CaptionText text={textOf(draft)} />
      </p>
    </li>
  ))
}

function rowClass(
  text: string,
  mode: Cue['mode'],
  is: {
    readonly isNewMinute?: boolean
    readonly isNewParagraph?: boolean
    readonly showsTrack: boolean
    readonly isDraft?: boolean
  },
): string {
  const isTurn = text.startsWith('>>')
  return [
    'row',
    isTurn && 'turn',
    text.startsWith('>>>') && 'story',
    // A draft is a row of the paragraph before it until it is known to begin another.
    (isTurn || mode !== 'roll-up' || is.showsTrack || is.isNewParagraph === true) && 'begins',
    is.isNewMinute === true && 'minute',
    is.showsTrack && 'with-track',
    is.isDraft === true && 'draft',
  ]
    .filter((name) => name !== false)
    .join(' ')
}
