import type { ReactNode } from 'react'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'

/** How to ask, as queries to press; about a word that was said here, where one is known. */
export function Help(props: {
  readonly word: string | null
  readonly channel: string | null
  readonly onAsk: (q: string) => void
}): ReactNode {
  const t = useSearchMessages()
  const word = props.word ?? 'weather'
  const { hints } = t.box
  const ways: readonly (readonly [string, string])[] = [
    [`"${word}"`, hints.quotes],
    [`${word} OR television`, hints.or],
    [`${word} NEAR/10 the`, hints.near],
    [`${word} -television`, hints.minus],
    [`${word.slice(0, 4)}*`, hints.star],
    ...(props.channel === null
      ? []
      : [[`${word} channel:${props.channel}`, hints.channel] as const]),
    [`${word} hour:6-9 day:mon-fri`, `${hints.hour}, ${hints.day}`],
  ]
  return (
    <section aria-labelledby="help" className="help">
      <h2 id="help">{t.help.heading}</h2>
      <ul>
        {ways.map(([q, says]) => (
          <li key={q}>
            <button type="button" onClick={() => props.onAsk(q)}>
              <code>{q}</code>
            </button>
            <span className="muted">{says}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
