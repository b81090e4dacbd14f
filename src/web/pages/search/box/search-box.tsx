import { useId, useState, type ReactNode } from 'react'
import type { SearchMessages } from '../../../messages/search/en.ts'
import { useSearchMessages } from '../../../messages/search/use-search-messages.ts'
import { FaultNote, QueryField, type Fault } from './query-field.tsx'

/** The query's text, with what could come next below it. */
export function SearchBox(props: {
  readonly q: string
  readonly fault: Fault | null
  readonly onAsk: (q: string) => void
  /** Where it is not the archive that is asked. */
  readonly texts?: Pick<SearchMessages['box'], 'label' | 'placeholder' | 'go'>
}): ReactNode {
  const { q, fault, onAsk } = props
  const t = useSearchMessages()
  const { label, placeholder, go } = props.texts ?? t.box
  const id = useId()
  const [seen, setSeen] = useState(q)
  const [text, setText] = useState(q)
  // Back, forward and a click elsewhere change the query too.
  if (seen !== q) {
    setSeen(q)
    setText(q)
  }
  return (
    <form
      role="search"
      className="search-form"
      onSubmit={(event) => {
        event.preventDefault()
        onAsk(text.trim())
      }}
    >
      <label htmlFor={id} className="quiet">
        {label}
      </label>
      <QueryField
        id={id}
        text={text}
        placeholder={placeholder}
        hasFault={fault !== null}
        onText={setText}
      />
      <button type="submit" className="go">
        {go}
      </button>
      {fault !== null && <FaultNote field={id} fault={fault} />}
    </form>
  )
}
