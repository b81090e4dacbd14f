import { useEffect, useId, useRef, useState, type ReactNode } from 'react'

/** A button with a panel that opens under it; Escape, or anything outside, closes it. */
export function Disclosure(props: {
  readonly label: ReactNode
  readonly className?: string
  readonly onOpen?: () => void
  readonly children: ReactNode
}): ReactNode {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (!isOpen) return undefined
    const outside = (event: Event): void => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false)
        setOpen(false)
    }
    const escape = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return
      setOpen(false)
      button.current?.focus()
    }
    document.addEventListener('pointerdown', outside)
    document.addEventListener('focusin', outside)
    document.addEventListener('keydown', escape)
    return () => {
      document.removeEventListener('pointerdown', outside)
      document.removeEventListener('focusin', outside)
      document.removeEventListener('keydown', escape)
    }
  }, [isOpen])
  return (
    <div className={`disclosure ${props.className ?? ''}`} ref={box}>
      <button
        type="button"
        ref={button}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          if (!isOpen) props.onOpen?.()
          setOpen(!isOpen)
        }}
      >
        {props.label}
      </button>
      <div id={id} className="panel" hidden={!isOpen}>
        {props.children}
      </div>
    </div>
  )
}
