import { useState, type ReactNode } from 'react'
import { addressOf } from '../../data/search.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { Disclosure } from '../../shared/disclosure.tsx'
import { ShareButton } from '../../shared/share-button.tsx'
import { writeAddress, type SearchAddress } from './use-search-address.ts'
import { questionOf } from './use-search.ts'

/** The same question as a file, a feed, or a frame in a page of one's own. */
export function Take({ address }: { readonly address: SearchAddress }): ReactNode {
  const t = useSearchMessages()
  const [now] = useState(Date.now)
  const [isCopied, setCopied] = useState(false)
  const order = address.order === 'newest' ? 'newest' : 'oldest'
  const link = (end: string, more: Readonly<Record<string, string>> = {}): string =>
    addressOf(end, questionOf(address, address.point, now), more)
  const frame = `<iframe src="${location.origin}/embed/search?${writeAddress(address).toString().replaceAll('&', '&amp;')}" title="ccr" width="720" height="520" loading="lazy"></iframe>`
  return (
    <div className="take" role="group" aria-label={t.take.label}>
      <ShareButton title={`${address.q} · ${t.title}`} />
      <a href={link('/export', { format: 'csv', order })} download>
        {t.take.csv}
      </a>
      <a href={link('/export', { format: 'jsonl', order })} download>
        {t.take.jsonl}
      </a>
      <a href={addressOf('/feed.atom', { q: address.q, from: null, to: null })}>{t.take.atom}</a>
      <a href={addressOf('/feed.json', { q: address.q, from: null, to: null })}>
        {t.take.jsonFeed}
      </a>
      <Disclosure label={t.take.embed}>
        <label className="embed-how">
          <span>{t.take.embedHow}</span>
          <textarea readOnly rows={4} value={frame} onFocus={({ target }) => target.select()} />
        </label>
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(frame).then(
              () => setCopied(true),
              // Not allowed here; the text is there to be copied by hand.
              () => undefined,
            )
          }}
        >
          {isCopied ? t.take.copied : t.take.copy}
        </button>
      </Disclosure>
    </div>
  )
}
