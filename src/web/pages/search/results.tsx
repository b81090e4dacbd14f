import { useQuery } from '@tanstack/react-query'
import { useRef, type ReactNode } from 'react'
import type { SearchPageAnswer } from '../../../protocol/search.ts'
import { listChannels } from '../../data/api.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { Passage } from './passage.tsx'
import { useResultKeys } from './use-result-keys.ts'

/** Passages in context; moved through with the keyboard. */
export function Results(props: {
  readonly pages: readonly SearchPageAnswer[]
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly isOld: boolean
  readonly onMore: () => void
}): ReactNode {
  const { pages, hasMore, isLoadingMore, isOld, onMore } = props
  const t = useSearchMessages()
  const list = useRef<HTMLOListElement>(null)
  useResultKeys(list, hasMore && !isLoadingMore ? onMore : null)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const items = pages.flatMap((page) => page.items)
  return (
    <>
      <h2 className="quiet">{t.results.label}</h2>
      <ol className="passages" ref={list} aria-busy={isOld}>
        {items.map((item) => (
          <Passage
            key={`${item.permalink} ${item.cues[0]?.run ?? ''} ${item.cues[0]?.id ?? ''}`}
            item={item}
            channel={channels.data?.find(({ id }) => id === item.channel)}
          />
        ))}
      </ol>
      <div className="passages-end">
        {hasMore ? (
          <button type="button" onClick={onMore} disabled={isLoadingMore}>
            {isLoadingMore ? t.results.loading : t.results.more}
          </button>
        ) : (
          <span className="muted">{t.results.end}</span>
        )}
        <span className="muted keys">{t.results.keys}</span>
      </div>
    </>
  )
}
