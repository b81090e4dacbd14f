import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import type { AlertItem } from '../../../../protocol/alerts.ts'
import { alertsKey, changeAlert, createAlert } from '../../../data/alerts.ts'
import { listChannels } from '../../../data/api.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { clock, ownZone } from '../../../shared/settings/choices.ts'
import { useTitle } from '../../../shared/use-title.ts'
import '../../../styles/search.css'
import { AlertHead } from '../alert-head.tsx'
import { MissingAlert } from '../missing-alert.tsx'
import { readAddressOfNew } from '../new-address.ts'
import { keepSaved } from '../saved-note.ts'
import { SignedIn, type OwnAlerts } from '../signed-in.tsx'
import { AlertForm } from './alert-form.tsx'
import { draftOf, fieldsOf, newAlertOf, newDraft } from './draft.ts'
import './editor.css'
import { Evidence } from './evidence.tsx'
import { LivePreview } from './live-preview.tsx'
import { useNextWords } from './use-next-words.ts'
import { useRehearsal } from './use-rehearsal.ts'

/** An alert is made or changed, and tried while it is written; `id` null = a new one. */
export default function EditorPage({ id }: { readonly id: string | null }): ReactNode {
  return (
    <SignedIn>
      {(own) => {
        const alert = own.alerts.find((one) => one.id === id) ?? null
        return id !== null && alert === null ? <MissingAlert /> : <Editor alert={alert} own={own} />
      }}
    </SignedIn>
  )
}

function Editor(props: { readonly alert: AlertItem | null; readonly own: OwnAlerts }): ReactNode {
  const { alert, own } = props
  const t = useAlertMessages()
  const [params] = useSearchParams()
  const [, navigate] = useLocation()
  const queries = useQueryClient()
  const evidenceId = useId()
  const { data: channels = [] } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const account = own.destinations.find(({ isAccount }) => isAccount)?.id ?? null
  const [draft, setDraft] = useState(() => {
    if (alert !== null) return draftOf(alert, { timeZone: ownZone, account })
    const { query, channels: listens } = readAddressOfNew(params)
    const known = queries.getQueryData<typeof channels>(['channels'])
    const only = listens.length === 1 ? known?.find((one) => one.id === listens[0]) : undefined
    const timeZone = clock.get() === 'channel' ? (only?.timeZone ?? ownZone) : ownZone
    return newDraft({ query, channels: listens, timeZone, account })
  })
  const rehearsed = useRehearsal(draft)
  const next = useNextWords(draft, own.destinations)
  useTitle(alert === null ? t.edit.new : t.edit.title(alert.name))
  const save = async (): Promise<void> => {
    const saved =
      alert === null
        ? await createAlert(newAlertOf(draft, account))
        : await changeAlert(alert.id, fieldsOf(draft, account))
    await queries.invalidateQueries({ queryKey: alertsKey })
    keepSaved(saved.id, next)
    navigate(`/alerts/${saved.id}/mentions`)
  }
  const { data, isOld, fault } = rehearsed
  const heard = draft.isEverywhere
    ? channels
    : channels.filter((one) => draft.channels.includes(one.id))
  return (
    <div className="page alerts-page">
      {alert === null ? <h1>{t.edit.new}</h1> : <AlertHead alert={alert} at="edit" />}
      <div className="alert-editor">
        <AlertForm
          draft={draft}
          isNew={alert === null}
          rehearsed={rehearsed}
          evidenceId={evidenceId}
          channels={channels}
          own={own}
          onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
          onSave={save}
        />
        <section className="alert-tried" id={evidenceId} aria-labelledby={`${evidenceId}-head`}>
          <h2 id={`${evidenceId}-head`}>{t.rehearsal.heading}</h2>
          {data === undefined ? (
            <p className="muted">{t.rehearsal.begin}</p>
          ) : (
            <>
              {data.mentions > 0 && (
                <Evidence
                  data={data}
                  wished={draft.isEverywhere ? [] : draft.channels}
                  channels={channels}
                  isOld={isOld}
                />
              )}
              {fault === null && <LivePreview query={data.canonical} channels={heard} />}
            </>
          )}
        </section>
      </div>
    </div>
  )
}
