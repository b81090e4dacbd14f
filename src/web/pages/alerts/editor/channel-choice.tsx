import { useId, useMemo, useState, type ReactNode } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { findChannels } from '../../../shared/channels/find-channels.ts'
import type { AlertDraft } from './draft.ts'

/** More are found by typing. */
const mostShown = 60

/** Where an alert listens: everywhere, or on channels that are found by their name and checked. */
export function ChannelChoice(props: {
  readonly draft: Pick<AlertDraft, 'isEverywhere' | 'channels'>
  readonly channels: readonly Channel[]
  readonly isMissing: boolean
  readonly onChange: (change: Partial<AlertDraft>) => void
}): ReactNode {
  const { draft, channels, isMissing, onChange } = props
  const { edit: t } = useAlertMessages()
  const name = useId()
  const { isEverywhere } = draft
  const option = (label: string, everywhere: boolean): ReactNode => (
    <label className="alert-check">
      <input
        type="radio"
        name={name}
        checked={isEverywhere === everywhere}
        onChange={() => onChange({ isEverywhere: everywhere })}
      />
      <span>{label}</span>
    </label>
  )
  return (
    <fieldset className="alert-part">
      <legend>{t.where}</legend>
      {option(t.everywhere, true)}
      {option(t.only, false)}
      {!isEverywhere && (
        <Checks
          chosen={draft.channels}
          channels={channels}
          onChoose={(chosen) => onChange({ channels: chosen })}
        />
      )}
      {isMissing && (
        <p role="alert" className="alert-warning">
          {t.chooseChannel}
        </p>
      )}
    </fieldset>
  )
}

function Checks(props: {
  readonly chosen: readonly string[]
  readonly channels: readonly Channel[]
  readonly onChoose: (chosen: readonly string[]) => void
}): ReactNode {
  const { chosen, channels, onChoose } = props
  const { edit: t } = useAlertMessages()
  const { locale } = useCatalogue()
  const id = useId()
  const [text, setText] = useState('')
  // What was chosen when the list opened stands first; nothing moves under the pointer after that.
  const [first] = useState(chosen)
  const found = useMemo(() => {
    const names = new Intl.Collator(locale, { numeric: true })
    const rank = (one: Channel): number => (first.includes(one.id) ? 0 : 1)
    return [...findChannels(channels, text, locale)].sort(
      (a, b) => rank(a) - rank(b) || names.compare(a.name, b.name),
    )
  }, [channels, text, locale, first])
  const gone = chosen.filter((one) => !channels.some((channel) => channel.id === one))
  const toggle = (one: string, isChosen: boolean): void =>
    onChoose(isChosen ? [...chosen, one] : chosen.filter((other) => other !== one))
  const check = (one: string, name: string, about: string | null): ReactNode => (
    <li key={one}>
      <label className="alert-check">
        <input
          type="checkbox"
          checked={chosen.includes(one)}
          onChange={({ target }) => toggle(one, target.checked)}
        />
        <span>
          <span dir="auto">{name}</span>{' '}
          {about !== null && (
            <span className="muted" dir="auto">
              {about}
            </span>
          )}
        </span>
      </label>
    </li>
  )
  return (
    <div className="alert-channels">
      <label htmlFor={id} className="quiet">
        {t.findChannel}
      </label>
      <input
        id={id}
        type="search"
        value={text}
        placeholder={t.findChannel}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          // It looks for channels; the form is sent by its button.
          if (event.key === 'Enter') event.preventDefault()
        }}
      />
      <ul>
        {gone.map((one) => check(one, one, null))}
        {found.slice(0, mostShown).map(({ id: one, name, network }) => check(one, name, network))}
      </ul>
      <p className="muted alert-hint" role="status">
        {found.length === 0 && text !== '' ? t.noChannel : t.chosen(chosen.length)}
        {found.length > mostShown && ` · ${t.moreChannels(found.length - mostShown)}`}
      </p>
    </div>
  )
}
