import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import type { ViewName } from './parameters.ts'

/** The view itself. A setting that changes is told to it as an address, so that it goes on without being loaded again. */
export function Preview(props: {
  readonly view: ViewName
  readonly address: string
  readonly name: string
}): ReactNode {
  const { view, address, name } = props
  const [first] = useState(address)
  const frame = useRef<HTMLIFrameElement>(null)
  const tell = useCallback(() => {
    const inner = frame.current?.contentWindow
    // Until it is loaded it stands at an address that is none.
    if (inner?.location.pathname === new URL(address, location.href).pathname)
      inner.history.replaceState(null, '', address)
  }, [address])
  useEffect(tell, [tell])
  return (
    <div className={`preview preview-${view}`}>
      <iframe ref={frame} src={first} title={name} onLoad={tell} />
    </div>
  )
}
