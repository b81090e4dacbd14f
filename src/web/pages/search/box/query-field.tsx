import { useQuery } from '@tanstack/react-query'
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { listChannels } from '../../../data/api.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useSearchMessages } from '../../../messages/search/use-search-messages.ts'
import { nameOfLanguage } from '../../../shared/channels/names.ts'
import { suggest, type Suggestion } from './suggest.ts'
import './search-box.css'

/** What is wrong with a query, and the character at which it is. */
export interface Fault {
  readonly q: string
  readonly says: string
  readonly at: number | null
}

/** A query's text, with what could come next below it. Its label has `id` for what it is for. */
export function QueryField(props: {
  readonly id: string
  readonly text: string
  readonly placeholder: string
  readonly isRequired?: boolean
  /** A `FaultNote` says it, with the id of `faultIdOf`. */
  readonly hasFault: boolean
  readonly onText: (text: string) => void
}): ReactNode {
  const { id, text, hasFault, onText } = props
  const t = useSearchMessages()
  const input = useRef<HTMLInputElement>(null)
  const list = useSuggestions(text)
  const { options, active } = list

  const take = (option: Suggestion): void => {
    const next = text.slice(0, option.from) + option.text + text.slice(option.to)
    const caret = option.from + option.text.length
    onText(next)
    input.current?.focus()
    // The caret can be set once the text stands there.
    requestAnimationFrame(() => input.current?.setSelectionRange(caret, caret))
    list.look(caret)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const isDown = event.key === 'ArrowDown'
    if (isDown || event.key === 'ArrowUp') {
      event.preventDefault()
      if (options.length > 0) list.move(isDown ? 1 : -1)
      else list.look(input.current?.selectionStart ?? text.length)
    } else if (event.key === 'Escape' && options.length > 0) {
      event.preventDefault()
      list.close()
    } else if ((event.key === 'Enter' || event.key === 'Tab') && active !== undefined) {
      event.preventDefault()
      take(active)
    } else if (event.key === 'Enter') list.close()
  }
  return (
    <div className="search-box">
      <input
        id={id}
        ref={input}
        type="search"
        role="combobox"
        value={text}
        placeholder={props.placeholder}
        required={props.isRequired === true}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={1000}
        aria-expanded={options.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={active === undefined ? undefined : `${id}-${list.at}`}
        aria-invalid={hasFault}
        aria-describedby={hasFault ? faultIdOf(id) : undefined}
        onChange={({ target }) => {
          onText(target.value)
          list.look(target.selectionStart ?? target.value.length)
        }}
        onKeyDown={onKeyDown}
        onBlur={list.close}
      />
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={t.box.suggestions}
        className="suggestions"
        hidden={options.length === 0}
      >
        {options.map((option, n) => (
          <li
            key={option.text}
            id={`${id}-${n}`}
            role="option"
            aria-selected={n === list.at}
            // The box keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => take(option)}
          >
            <code>{option.text}</code>
            <span className="muted" dir="auto">
              {option.says}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Of the note that says what is wrong with a field's query. */
export function faultIdOf(field: string): string {
  return `${field}-fault`
}

function useSuggestions(text: string): {
  readonly options: readonly Suggestion[]
  readonly at: number
  readonly active: Suggestion | undefined
  readonly look: (caret: number) => void
  readonly move: (by: number) => void
  readonly close: () => void
} {
  const messages = useSearchMessages()
  const { locale } = useCatalogue()
  const [caret, setCaret] = useState<number | null>(null)
  const [at, setAt] = useState(-1)
  const [now] = useState(Date.now)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const options =
    caret === null
      ? []
      : suggest(text, caret, {
          ...{ channels: channels.data ?? [], messages, now },
          nameOfLanguage: (tag) => nameOfLanguage(tag, locale),
        })
  const look = (where: number): void => {
    setCaret(where)
    setAt(-1)
  }
  return {
    ...{ options, at, active: options[at], look },
    move: (by) =>
      setAt((at + by + options.length + (at === -1 && by < 0 ? 1 : 0)) % options.length),
    close: () => {
      setCaret(null)
      setAt(-1)
    },
  }
}

/** The query as it was asked, its wrong character marked, and why. */
export function FaultNote({
  field,
  fault,
}: {
  readonly field: string
  readonly fault: Fault
}): ReactNode {
  const t = useSearchMessages()
  const { q, at, says } = fault
  return (
    <div id={faultIdOf(field)} className="fault" role="alert">
      <p>
        <strong>{t.box.wrong}</strong> {says}
      </p>
      {at !== null && (
        <p className="fault-place" aria-hidden="true">
          <code>
            {q.slice(0, at)}
            <mark>{q.slice(at, at + 1) || ' '}</mark>
            {q.slice(at + 1)}
          </code>
        </p>
      )}
    </div>
  )
}
