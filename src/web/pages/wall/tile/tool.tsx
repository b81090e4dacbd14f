import type { ReactNode } from 'react'

/** A button with a drawing. One that can do nothing now stays in place and keeps the focus that it has. */
export function Tool(props: {
  readonly label: string
  readonly glyph: string
  readonly onPress: () => void
  readonly className?: string
  readonly isPressed?: boolean
  readonly isExpanded?: boolean
  readonly isOff?: boolean
}): ReactNode {
  return (
    <button
      type="button"
      className={props.className}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      aria-disabled={props.isOff}
      onClick={() => {
        if (props.isOff !== true) props.onPress()
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={props.glyph} />
      </svg>
    </button>
  )
}
