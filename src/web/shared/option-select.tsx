import type { ReactNode } from 'react'

/** A select of a few values, each with its name; what is not one of them is never chosen. */
export function OptionSelect<T extends string>(props: {
  readonly id?: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
}): ReactNode {
  return (
    <select
      id={props.id}
      value={props.value}
      onChange={({ target }) => {
        const chosen = props.options.find(([value]) => value === target.value)
        if (chosen !== undefined) props.onChoose(chosen[0])
      }}
    >
      {props.options.map(([value, name]) => (
        <option key={value} value={value}>
          {name}
        </option>
      ))}
    </select>
  )
}
