import { useId, type ReactNode } from 'react'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { OptionSelect } from '../../shared/option-select.tsx'
import type { ChannelDraft } from './channel-draft.ts'
import { TextField } from './text-field.tsx'

export function PolicyFields(props: {
  readonly draft: ChannelDraft
  readonly onChange: (change: Partial<ChannelDraft>) => void
}): ReactNode {
  const { draft, onChange } = props
  const t = useAdminMessages().channels
  const id = useId()
  return (
    <fieldset className="policy">
      <legend>{t.policy}</legend>
      <div className="grid-form">
        <div className="text-field">
          <label htmlFor={id}>{t.visibility}</label>
          <OptionSelect
            id={id}
            value={draft.visibility}
            options={[
              ['public', t.visibilities.public],
              ['signed-in', t.visibilities['signed-in']],
              ['private', t.visibilities.private],
            ]}
            onChoose={(visibility) => onChange({ visibility })}
          />
        </div>
        <TextField
          label={t.delay}
          kind="number"
          value={draft.delay}
          onChange={(delay) => onChange({ delay })}
        />
        <TextField
          label={t.snippet}
          hint={t.empty}
          kind="number"
          value={draft.snippet}
          onChange={(snippet) => onChange({ snippet })}
        />
        <TextField
          label={t.retention}
          hint={t.empty}
          kind="number"
          value={draft.retention}
          onChange={(retention) => onChange({ retention })}
        />
        <Check
          label={t.export}
          isOn={draft.export}
          onChange={(isOn) => onChange({ export: isOn })}
        />
        <Check
          label={t.robots}
          isOn={draft.robots}
          onChange={(isOn) => onChange({ robots: isOn })}
        />
      </div>
    </fieldset>
  )
}

function Check(props: {
  readonly label: string
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
}): ReactNode {
  return (
    <label className="check-line">
      <input
        type="checkbox"
        checked={props.isOn}
        onChange={({ target }) => props.onChange(target.checked)}
      />
      <span>{props.label}</span>
    </label>
  )
}
