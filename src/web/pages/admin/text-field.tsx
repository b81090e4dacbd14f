import { useId, type ReactNode } from 'react'

/** A line of text with its name above it and, where it needs one, a hint below. */
export function TextField(props: {
  readonly label: string
  readonly hint?: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly isNeeded?: boolean
  readonly pattern?: string
  readonly kind?: 'text' | 'number'
}): ReactNode {
  const id = useId()
  const { label, hint, value, onChange, isNeeded = false, pattern, kind = 'text' } = props
  return (
    <div className="text-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type={kind}
        min={kind === 'number' ? 0 : undefined}
        value={value}
        required={isNeeded}
        pattern={pattern}
        autoComplete="off"
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={({ target }) => onChange(target.value)}
      />
      {hint !== undefined && (
        <span id={`${id}-hint`} className="muted hint">
          {hint}
        </span>
      )}
    </div>
  )
}
