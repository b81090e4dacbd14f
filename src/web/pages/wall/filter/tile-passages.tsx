import { useQuery } from '@tanstack/react-query'
import { memo, useMemo, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Cue } from '../../../../protocol/api.ts'
import { fetchPage } from '../../../data/search.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { Marked } from '../../../shared/captions/marked.tsx'
import { CaptionText } from '../../../shared/captions/caption-text.tsx'
import { useZone } from '../../../shared/settings/choices.ts'
import { formatClock, formatDay } from '../../../shared/time/times.ts'
import { PausedNote } from '../tile/paused-note.tsx'
import { useEnd } from '../tile/use-end.ts'
import { earlierPassages, passagesOf, type TilePassage } from './passages.ts'

/** Earlier matches that a tile begins with. */
const earlier = 4
const most = 20

/** Only the lines of one track that match the wall's query, each among those around it, the newest at the end. */
export function TilePassages(props: {
  readonly channel: string
  readonly timeZone: string
  readonly track: string
  readonly name: string
  readonly query: string
  readonly around: number
  /** Of the track alone, as are the matches. */
  readonly cues: readonly Cue[]
  readonly matches: readonly Cue[]
  readonly isPaused: boolean
  readonly isNear: boolean
  readonly foot: ReactNode
}): ReactNode {
  const { channel, track, query, around, cues, matches, isPaused, isNear } = props
  const t = useWallMessages()
  const { box, isBack, onScroll } = useEnd()
  const past = useEarlier(channel, track, query, isNear)
  const found = useMemo(
    () =>
      [
        ...earlierPassages(past.data?.items ?? [], matches),
        ...passagesOf(cues, matches, around),
      ].slice(-most),
    [past.data, matches, cues, around],
  )
  const isHeld = isPaused || isBack
  const [shown, setShown] = useState({ found, matches })
  const stays = !isNear || (isHeld && shown.found.length > 0)
  if (!stays && shown.found !== found) setShown({ found, matches })
  const missed = matches.length - shown.matches.length
  return (
    <div
      className="tile-text caption-window"
      tabIndex={0}
      role="group"
      aria-label={t.captions(props.name)}
      ref={box}
      onScroll={onScroll}
    >
      {shown.found.length === 0 ? (
        <p className="tile-foot muted">{past.isPending ? t.filter.looking : t.filter.waiting}</p>
      ) : (
        <ol className="tile-passages">
          {shown.found.map((passage) => (
            <Passage
              key={passage.key}
              passage={passage}
              channel={channel}
              track={track}
              timeZone={props.timeZone}
            />
          ))}
        </ol>
      )}
      {past.isError && <p className="tile-foot muted">{t.filter.failed}</p>}
      {props.foot}
      {isHeld && <PausedNote isPaused={isPaused} missed={Math.max(0, missed)} />}
    </div>
  )
}

function useEarlier(
  channel: string,
  track: string,
  query: string,
  isNear: boolean,
): ReturnType<typeof useQuery<Awaited<ReturnType<typeof fetchPage>>>> {
  return useQuery({
    queryKey: ['wall-earlier', query, channel, track],
    queryFn: ({ signal }) =>
      fetchPage(
        { q: query, from: null, to: null },
        { order: 'newest', limit: earlier, channel, track },
        signal,
      ),
    enabled: isNear,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
}

const Passage = memo(function Passage(props: {
  readonly passage: TilePassage
  readonly channel: string
  readonly track: string
  readonly timeZone: string
}): ReactNode {
  const { passage, channel, track } = props
  const { locale } = useCatalogue()
  const zone = useZone(props.timeZone)
  const { start, language, rows } = passage
  const clock = formatClock(start, zone, locale)
  const day = formatDay(start, zone, locale)
  const isToday = day === formatDay(new Date().toISOString(), zone, locale)
  return (
    <li>
      <Link href={`/c/${channel}/${start}?track=${encodeURIComponent(track)}`} className="at">
        <time dateTime={start}>{isToday ? clock : `${day}, ${clock}`}</time>
      </Link>
      <div lang={language ?? undefined} dir="auto">
        {rows.map(({ key, text, isMatch, highlights }) => (
          <p key={key} className={isMatch ? 'match' : 'around'}>
            {highlights.length > 0 ? (
              <Marked text={text} highlights={highlights} />
            ) : (
              <CaptionText text={text} />
            )}
          </p>
        ))}
      </div>
    </li>
  )
})
