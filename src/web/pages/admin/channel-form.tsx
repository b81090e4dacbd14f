import { useState, type ReactNode } from 'react'
import type { Channel } from '../../../protocol/api.ts'
import { call, Refusal } from '../../data/account.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'
import { createDraft, readDraft, type ChannelDraft } from './channel-draft.ts'
import { PolicyFields } from './policy-fields.tsx'
import { TextField } from './text-field.tsx'

/** A channel, new or known, as a form; what the server does not take is told in its words. */
export function ChannelForm(props: {
  readonly channel: Channel | null
  readonly onDone: (sentence: string) => Promise<void>
}): ReactNode {
  const { channel, onDone } = props
  const t = useAdminMessages().channels
  const deed = useDeed()
  const [draft, setDraft] = useState(() => createDraft(channel))
  const [isRemoving, setRemoving] = useState(false)
  const set = (change: Partial<ChannelDraft>): void => setDraft({ ...draft, ...change })
  const path = `/channels/${encodeURIComponent(draft.id)}`
  const wrong =
    deed.error instanceof Refusal && deed.error.code === 'bad-request' ? deed.error : null
  return (
    <form
      className="channel-form"
      onSubmit={(event) => {
        event.preventDefault()
        deed.run(async () => {
          await call('PUT', path, readDraft(draft))
          await onDone(t.saved(draft.name))
        })
      }}
    >
      <div className="grid-form">
        {channel === null && (
          <TextField
            label={t.id}
            hint={t.idHow}
            value={draft.id}
            onChange={(id) => set({ id })}
            isNeeded
            pattern="[a-z0-9][a-z0-9-]{0,63}"
          />
        )}
        <TextField label={t.name} value={draft.name} onChange={(name) => set({ name })} isNeeded />
        <TextField
          label={t.network}
          value={draft.network}
          onChange={(network) => set({ network })}
        />
        <TextField
          label={t.country}
          hint={t.countryHow}
          value={draft.country}
          onChange={(country) => set({ country })}
        />
        <TextField
          label={t.languages}
          hint={t.languagesHow}
          value={draft.languages}
          onChange={(languages) => set({ languages })}
        />
        <TextField
          label={t.timeZone}
          hint={t.timeZoneHow}
          value={draft.timeZone}
          onChange={(timeZone) => set({ timeZone })}
          isNeeded
        />
        <TextField
          label={t.website}
          value={draft.website}
          onChange={(website) => set({ website })}
        />
        <TextField label={t.tags} value={draft.tags} onChange={(tags) => set({ tags })} />
        <TextField
          label={t.description}
          value={draft.description}
          onChange={(description) => set({ description })}
        />
      </div>
      <PolicyFields draft={draft} onChange={set} />
      <div className="deeds">
        <button type="submit" className="main">
          {t.save}
        </button>
        {channel !== null && (
          <button type="button" className="danger" onClick={() => setRemoving(!isRemoving)}>
            {t.remove}
          </button>
        )}
      </div>
      {isRemoving && (
        <div className="deeds sure" role="group" aria-label={t.remove}>
          <p>{t.removeSure}</p>
          <button
            type="button"
            className="danger"
            onClick={() =>
              deed.run(async () => {
                await call('DELETE', path)
                await onDone('')
              })
            }
          >
            {t.removeDo}
          </button>
        </div>
      )}
      {wrong === null ? (
        <Trouble error={deed.error} />
      ) : (
        <p role="alert" className="trouble">
          {t.wrong(wrong.message)}
        </p>
      )}
    </form>
  )
}
