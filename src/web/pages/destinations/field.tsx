import { useId, type ReactNode } from 'react'

/** A labelled field with its hint. */
export function Field(props: {
  readonly name: string
  readonly label: string
  readonly type?: 'text' | 'email' | 'url' | 'password'
  readonly hint?: string
  readonly placeholder?: string
  readonly initial?: string
  readonly isOptional?: boolean
  readonly isLong?: boolean
}): ReactNode {
  const id = useId()
  const hint = useId()
  const all = {
    id,
    name: props.name,
    required: props.isOptional !== true,
    defaultValue: props.initial,
    placeholder: props.placeholder,
    ...(props.hint === undefined ? {} : { 'aria-describedby': hint }),
  }
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.isLong === true ? (
        <textarea {...all} rows={4} spellCheck={false} />
      ) : (
        <input {...all} type={props.type ?? 'text'} autoComplete="off" />
      )}
      {props.hint !== undefined && (
        <p id={hint} className="muted hint">
          {props.hint}
        </p>
      )}
    </div>
  )
}
