import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { applyStyle } from './apply.ts'
import type { CaptionStyle } from './style.ts'

/** Captions in it look so, whatever the reader's own style is. */
export function Styled(props: {
  readonly style: CaptionStyle
  readonly className?: string
  readonly children: ReactNode
}): ReactNode {
  const { style } = props
  const box = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (box.current !== null) applyStyle(box.current, style)
  }, [style])
  return (
    <div ref={box} className={props.className}>
      {props.children}
    </div>
  )
}
