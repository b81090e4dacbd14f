import { useId, type ReactNode } from 'react'
import type { Role } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { OptionSelect } from '../../shared/option-select.tsx'

const roles = ['viewer', 'operator', 'admin'] as const

/** What somebody may do here; of an operator, with which channels. */
export function RoleFields(props: {
  readonly role: Role
  readonly onRole: (role: Role) => void
  /** As they are typed: ids with commas. */
  readonly channels: string
  readonly onChannels: (channels: string) => void
}): ReactNode {
  const t = useAdminMessages().people
  const names = useAccountMessages().account.roles
  const id = useId()
  return (
    <>
      <label htmlFor={id}>
        <span>{t.role}</span>
        <OptionSelect
          id={id}
          value={props.role}
          options={roles.map((one) => [one, names[one]])}
          onChoose={props.onRole}
        />
      </label>
      {props.role === 'operator' && (
        <label>
          <span>{t.channels}</span>
          <input
            value={props.channels}
            placeholder={t.channelsHow}
            autoCapitalize="none"
            onChange={({ target }) => props.onChannels(target.value)}
          />
        </label>
      )}
    </>
  )
}
