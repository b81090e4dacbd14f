import { useInfiniteQuery, type UseInfiniteQueryResult } from '@tanstack/react-query'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import type { SearchItem } from '../../../protocol/search.ts'
import { addressOf, fetchLink, SearchError } from '../../data/search.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'

const pageSize = 100

/** Finds words in all that was said on one channel, and leads from hit to hit. */
export default function FindBar(props: {
  readonly channel: string
  /** null = all. */
  readonly track: string | null
  readonly words: string
  /** The moment that is shown; null = the present. */
  readonly at: string | null
  readonly onFind: (words: string) => void
  readonly onHit: (start: string) => void
  readonly onClose: () => void
}): ReactNode {
  const { channel, track, words, at, onFind, onHit, onClose } = props
  const t = useSearchMessages()
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(words)
  const { hits, total, found } = useHits(channel, track, words)
  // Newest first, as they were found.
  const here = at === null ? -1 : hits.findIndex(({ start }) => start <= at)
  const isOnHit = here !== -1 && hits[here]?.start === at
  const earlier =
    hits[isOnHit ? here + 1 : here === -1 && at !== null ? hits.length : Math.max(0, here)]
  const later = here === -1 ? (at === null ? undefined : hits.at(-1)) : hits[here - 1]

  useEffect(() => input.current?.focus(), [])
  // The first hit is shown as soon as it is there, once for each question.
  const shown = useRef(isOnHit ? words : '')
  useEffect(() => {
    if (words === '' || shown.current === words || earlier === undefined) return
    shown.current = words
    onHit(earlier.start)
  }, [words, earlier, onHit])
  // The next ones are there before they are asked for.
  const { hasNextPage, isFetching, fetchNextPage } = found
  useEffect(() => {
    if (hasNextPage && !isFetching && (here === -1 ? at !== null : here > hits.length - 5))
      void fetchNextPage()
  }, [here, at, hits.length, hasNextPage, isFetching, fetchNextPage])

  const go = (hit: SearchItem | undefined): void => {
    if (hit !== undefined) onHit(hit.start)
  }
  return (
    <form
      className="find-bar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim() === words) go(earlier)
        else onFind(text.trim())
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
        else if (event.key === 'Enter' && event.shiftKey && text.trim() === words) {
          event.preventDefault()
          go(later)
        }
      }}
    >
      <label htmlFor={id} className="quiet">
        {t.find.label}
      </label>
      <input
        id={id}
        ref={input}
        type="search"
        value={text}
        placeholder={t.find.label}
        autoComplete="off"
        maxLength={500}
        aria-invalid={found.error instanceof SearchError}
        aria-describedby={`${id}-says`}
        onChange={({ target }) => setText(target.value)}
      />
      <button type="button" disabled={earlier === undefined} onClick={() => go(earlier)}>
        {t.find.earlier}
      </button>
      <button type="button" disabled={later === undefined} onClick={() => go(later)}>
        {t.find.later}
      </button>
      <button type="button" className="close" aria-label={t.find.close} onClick={onClose}>
        ×
      </button>
      <p id={`${id}-says`} role="status" className="muted">
        {words !== '' &&
          (found.error !== null
            ? found.error.message
            : found.isPending
              ? t.results.loading
              : hits.length === 0
                ? t.results.none
                : t.find.place(isOnHit ? here + 1 : null, total, hasNextPage))}
      </p>
    </form>
  )
}

function useHits(
  channel: string,
  track: string | null,
  words: string,
): {
  readonly hits: readonly SearchItem[]
  readonly total: number
  readonly found: Pick<
    UseInfiniteQueryResult,
    'error' | 'isPending' | 'hasNextPage' | 'isFetching' | 'fetchNextPage'
  >
} {
  const question = { q: words, from: null, to: null }
  const first = addressOf('', question, {
    ...{ channel, order: 'newest', limit: pageSize },
    ...(track !== null && { track }),
  })
  const found = useInfiniteQuery({
    queryKey: ['find', first],
    queryFn: ({ pageParam, signal }) => fetchLink(pageParam, signal),
    initialPageParam: first,
    getNextPageParam: ({ next }) => next,
    enabled: words !== '',
    staleTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  })
  const hits = found.data?.pages.flatMap(({ items }) => items) ?? []
  return { hits, total: hits.length, found }
}
