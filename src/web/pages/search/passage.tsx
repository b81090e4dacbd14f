import { memo, type ReactNode } from 'react'
import { Marked } from '../../shared/captions/marked.tsx'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import type { SearchItem } from '../../../protocol/search.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { useZone } from '../../shared/settings/choices.ts'
import { Monogram } from '../../shared/channels/monogram.tsx'
import { formatClock, formatDay, nameOfZone } from '../../shared/time/times.ts'

/** What is shown of it; `mentions` where one item may hold several. */
type Shown = Omit<SearchItem, 'cues' | 'end' | 'mentions'> & { readonly mentions?: number }

/** A minute of a track in which the query was true: who, when, in what, and the words. */
export const Passage = memo(function Passage(props: {
  readonly item: Shown
  readonly channel: Pick<Channel, 'name' | 'timeZone' | 'tracks'> | undefined
  /** In a frame of somebody's page, the transcript is for a window of its own. */
  readonly isElsewhere?: boolean
  /** More that is to be said of it, below its words. */
  readonly children?: ReactNode
}): ReactNode {
  const { item, channel, isElsewhere = false, children } = props
  const { mentions = 1 } = item
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const zone = useZone(channel?.timeZone ?? 'UTC')
  const name = channel?.name ?? item.channel
  const day = formatDay(item.start, zone, locale)
  const time = formatClock(item.start, zone, locale)
  const heading = (
    <>
      <span dir="auto">{name}</span>
      <time dateTime={item.start}>
        {day}, <strong>{time}</strong>
      </time>
      <span className="quiet">: {t.results.open}</span>
    </>
  )
  return (
    <li className="passage">
      <Monogram name={name} />
      <div>
        <h3>
          {isElsewhere ? (
            <a href={item.permalink} target="_blank" rel="noopener">
              {heading}
            </a>
          ) : (
            <Link href={item.permalink}>{heading}</Link>
          )}
        </h3>
        <p className="passage-about muted">
          <span>{nameOfZone(zone, locale, item.start)}</span>
          {item.airing?.title != null && <span dir="auto">{item.airing.title}</span>}
          {(channel?.tracks.length ?? 0) > 1 && <span>{item.track}</span>}
          {mentions > 1 && <span>{t.results.mentions(mentions)}</span>}
        </p>
        <p className="passage-text" lang={item.language ?? undefined} dir="auto">
          {item.before !== '' && <span className="around">{item.before} </span>}
          <Marked text={item.text} highlights={item.highlights} />
          {item.after !== '' && <span className="around"> {item.after}</span>}
        </p>
        {children}
      </div>
    </li>
  )
})
