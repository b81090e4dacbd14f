import { useId, type ReactNode } from 'react'

/** A time of day; while it is being written and is none yet, the one before holds. */
export function TimeField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (time: string) => void
}): ReactNode {
  const id = useId()
  return (
    <div className="alert-field">
      <label htmlFor={id}>{props.label}</label>
      <input
        id={id}
        type="time"
        required
        value={props.value}
        onChange={({ target }) => {
          if (/^\d\d:\d\d/.test(target.value)) props.onChange(target.value.slice(0, 5))
        }}
      />
    </div>
  )
}
