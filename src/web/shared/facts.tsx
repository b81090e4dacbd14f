import type { ReactNode } from 'react'

/** What is known of something, name by name; what is not known (null) is left out. */
export function Facts(props: {
  readonly of: readonly (readonly [name: string, value: ReactNode])[]
}): ReactNode {
  return (
    <dl className="facts">
      {props.of.map(
        ([name, value]) =>
          value !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
