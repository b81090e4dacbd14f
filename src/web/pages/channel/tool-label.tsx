import type { ReactNode } from 'react'

const drawings = {
  find: 'M7 2.5a4.5 4.5 0 100 9 4.5 4.5 0 000-9M10.3 10.3l3.4 3.4',
  time: 'M8 2a6 6 0 100 12A6 6 0 008 2M8 4.8V8l2.3 1.8',
  text: 'M2.5 3.5h11M2.5 8h11M2.5 12.5h6.5',
  share: 'M8 10V2M5 4.6L8 1.8l3 2.8M4.5 7H3v7h10V7h-1.5',
}

/** The name of a tool; where there is no room for it, its drawing, and the name for those who hear the page. */
export function ToolLabel(props: {
  readonly tool: keyof typeof drawings
  readonly children: string
}): ReactNode {
  return (
    <span className="tool-label" title={props.children}>
      <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="glyph">
        <path d={drawings[props.tool]} />
      </svg>
      <span>{props.children}</span>
    </span>
  )
}
