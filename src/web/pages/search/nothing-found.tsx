import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { addressOfNew } from '../alerts/new-address.ts'
import { splitFilters, wordsOf } from './narrow.ts'
import type { Change, SearchAddress } from './use-search-address.ts'

/** What may be tried instead, each as one press. */
export function NothingFound(props: {
  readonly address: SearchAddress
  readonly change: Change
}): ReactNode {
  const { address, change } = props
  const t = useSearchMessages()
  const { tries } = t.results
  const { q, zoom, last, point } = address
  const { head, filters } = splitFilters(q)
  const words = wordsOf(q)
  const [word = ''] = words
  const begun = word.slice(0, Math.max(3, word.length - 2))
  const proposals: readonly (readonly [string, () => void] | false)[] = [
    (zoom !== null || last !== null || point !== null) && [
      tries.time,
      () => change({ zoom: null, last: null, point: null, interval: null }),
    ],
    filters.length > 0 && head !== '' && [tries.filters, () => change({ q: head, point: null })],
    words.length > 1 && [tries.either, () => change({ q: words.join(' OR '), point: null })],
    words.length === 1 &&
      word.length > 3 && [tries.beginning(begun), () => change({ q: `${begun}*`, point: null })],
  ]
  return (
    <div className="empty nothing">
      <p>{t.results.none}</p>
      <ul>
        {proposals.map(
          (proposal) =>
            proposal !== false && (
              <li key={proposal[0]}>
                <button type="button" onClick={proposal[1]}>
                  {proposal[0]}
                </button>
              </li>
            ),
        )}
      </ul>
      {words.length > 0 && (
        <p>
          <Link href={addressOfNew(q)}>{tries.wait}</Link>
        </p>
      )}
    </div>
  )
}
