import { useId, useState, type ReactNode } from 'react'
import { messageOf } from '../../../protocol/message-of.ts'
import { chatFormats, destinationKinds } from '../../../protocol/delivery-words.ts'
import { addDestination } from '../../data/destinations.ts'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import { Field } from './field.tsx'
import { pushPower, subscribe } from './subscribe.ts'

type Kind = (typeof destinationKinds)[number]
type Format = (typeof chatFormats)[number]

/** Names are the same in every language. */
const services: Readonly<Partial<Record<Format, string>>> = {
  slack: 'Slack',
  discord: 'Discord',
  matrix: 'Matrix (hookshot)',
}

const placeholders =
  '{{title}} {{text}} {{link}} {{alert}} {{query}} {{count}} {{channel}} {{network}} {{programme}} {{time}} {{start}} {{passage}} {{match}} {{before}} {{after}} {{id}} {{kind}} {{site}}'

/** A new destination of any kind. What is wrong with it, the server says. */
export function AddForm(props: { readonly onAdded: (secret: string | null) => void }): ReactNode {
  const t = useDestinationMessages()
  const [kind, setKind] = useState<Kind>('email')
  const [format, setFormat] = useState<Format>('slack')
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const ids = { kind: useId(), format: useId(), heading: useId() }
  const submit = async (form: HTMLFormElement): Promise<void> => {
    setBusy(true)
    setProblem(null)
    try {
      const fields = await read(new FormData(form), kind, format)
      if (fields === null) {
        setProblem(t.add.pushRefused)
        return
      }
      const { secret } = await addDestination(fields)
      form.reset()
      props.onAdded(secret)
    } catch (error) {
      setProblem(messageOf(error))
    } finally {
      setBusy(false)
    }
  }
  const power = kind === 'push' ? pushPower() : 'possible'
  return (
    <form
      className="add"
      aria-labelledby={ids.heading}
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <h2 id={ids.heading}>{t.add.heading}</h2>
      <div className="field">
        <label htmlFor={ids.kind}>{t.add.kind}</label>
        <OptionSelect
          id={ids.kind}
          value={kind}
          options={destinationKinds.map((each) => [each, t.kinds[each]] as const)}
          onChoose={(chosen) => {
            setKind(chosen)
            setProblem(null)
          }}
        />
      </div>
      <Field
        key={kind}
        name="name"
        label={t.add.name}
        placeholder={t.add.namePlaceholder}
        initial={kind === 'push' ? t.add.thisBrowser : ''}
      />
      {kind === 'email' && (
        <Field name="address" type="email" label={t.add.address} hint={t.add.addressHint} />
      )}
      {kind === 'webhook' && (
        <Field
          name="url"
          type="url"
          label={t.add.url}
          hint={t.add.webhookHint}
          placeholder="https://"
        />
      )}
      {kind === 'push' && (
        <p>
          {power === 'possible'
            ? t.add.push
            : power === 'missing'
              ? t.add.pushMissing
              : t.add.pushRefused}
        </p>
      )}
      {kind === 'ntfy' && (
        <>
          <Field name="server" type="url" label={t.add.server} initial="https://ntfy.sh" />
          <Field name="topic" label={t.add.topic} hint={t.add.topicHint} />
          <Priority />
          <Field name="token" type="password" label={t.add.token} isOptional />
        </>
      )}
      {kind === 'chat' && (
        <>
          <div className="field">
            <label htmlFor={ids.format}>{t.add.format}</label>
            <OptionSelect
              id={ids.format}
              value={format}
              options={chatFormats.map((each) => [each, services[each] ?? t.add.another] as const)}
              onChoose={setFormat}
            />
          </div>
          <Field name="url" type="url" label={t.add.url} placeholder="https://" />
          {format === 'custom' && (
            <Field
              name="template"
              isLong
              label={t.add.template}
              hint={`${t.add.templateHint} ${placeholders}`}
              initial={'{"text": "{{title}}: {{text}} {{link}}"}'}
            />
          )}
        </>
      )}
      {problem !== null && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <button type="submit" className="go" disabled={isBusy || power !== 'possible'}>
        {t.add.submit}
      </button>
    </form>
  )
}

function Priority(): ReactNode {
  const t = useDestinationMessages()
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{t.add.priority}</label>
      <select id={id} name="priority" defaultValue="3">
        {t.add.priorities.map((name, n) => (
          <option key={name} value={n + 1}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

/** What the API takes; null when the browser's messages are refused. */
async function read(form: FormData, kind: Kind, format: Format): Promise<object | null> {
  const text = (name: string): string => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const name = text('name')
  switch (kind) {
    case 'email':
      return { kind, name, address: text('address') }
    case 'webhook':
      return { kind, name, url: text('url') }
    case 'push': {
      const subscribed = await subscribe()
      return subscribed === null ? null : { kind, name, ...subscribed }
    }
    case 'ntfy':
      return {
        ...{ kind, name, server: text('server'), topic: text('topic') },
        ...{
          priority: Number(text('priority')),
          token: text('token') === '' ? null : text('token'),
        },
      }
    case 'chat':
      return {
        ...{ kind, name, url: text('url'), format },
        template: format === 'custom' ? text('template') : null,
      }
  }
}
