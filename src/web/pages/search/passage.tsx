import { memo, type ReactNode } from 'react'
import { Marked } from '../../shared/marked.tsx'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import type { SearchItem } from '../../../protocol/search.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { useZone } from '../../shared/choices.ts'
import { Monogram } from '../../shared/monogram.tsx'
import { formatClock, formatDay, nameOfZone } from '../../shared/times.ts'

/** A minute of a track in which the query was true: who, when, in what, and the words. */
export const Passage = memo(function Passage(props: {
  readonly item: SearchItem
  readonly channel: Channel | undefined
  /** In a frame of somebody's page, the transcript is for a window of its own. */
  readonly isElsewhere?: boolean
}): ReactNode {
  const { item, channel, isElsewhere = false } = props
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
          {item.mentions > 1 && <span>{t.results.mentions(item.mentions)}</span>}
        </p>
        <p className="passage-text" lang={item.language ?? undefined} dir="auto">
          {item.before !== '' && <span className="around">{item.before} </span>}
          <Marked text={item.text} highlights={item.highlights} />
          {item.after !== '' && <span className="around"> {item.after}</span>}
        </p>
      </div>
    </li>
  )
})
