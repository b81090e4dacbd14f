import type { ReactNode } from 'react'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/search.css'
import '../../styles/search-chart.css'
import type { Fault } from './box/query-field.tsx'
import { SearchBox } from './box/search-box.tsx'
import { SearchError } from '../../data/search.ts'
import { Example } from './example.tsx'
import { Found } from './found.tsx'
import { Help } from './help.tsx'
import { useSearchAddress } from './use-search-address.ts'
import { usePassages } from './use-search.ts'

/** Everything that was ever said, by a query; all that is shown is in the address. */
export default function SearchPage(): ReactNode {
  const t = useSearchMessages()
  const [address, change] = useSearchAddress()
  const { q } = address
  const passages = usePassages(address)
  useTitle(q === '' ? t.title : `${q} · ${t.title}`)
  const ask = (next: string): void => {
    if (next === q) passages.again()
    else change({ q: next, point: null })
  }
  const fault = faultOf(q, passages.error)
  return (
    <div className="page search-page">
      <h1 className={q === '' ? undefined : 'quiet'}>{t.heading}</h1>
      {q === '' && <p className="lead">{t.lead}</p>}
      <SearchBox q={q} fault={fault} onAsk={ask} />
      {q === '' && <Example onAsk={ask} />}
      {fault !== null && <Help word={null} channel={null} onAsk={ask} />}
      {q !== '' && fault === null && (
        <Found address={address} change={change} passages={passages} />
      )}
    </div>
  )
}

/** A query that cannot be read is told at its character; all else is no fault of it. */
function faultOf(q: string, error: Error | null): Fault | null {
  if (q === '' || !(error instanceof SearchError) || error.at === null) return null
  const says = error.message.replace(/^query, at character \d+: /, '')
  return { q, says, at: error.at }
}
