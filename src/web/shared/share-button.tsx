import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useMessages } from '../messages/catalogue.tsx'

const thanksMs = 4000

/** What came of a press: nothing to tell, copied, or the address to be copied by hand. */
type Outcome = 'none' | 'copied' | 'by-hand'

/**
 * Hands an address on: through the system's own sheet where there is one, else by copying it, which is
 * confirmed in words. A page without TLS may not copy: there the address is shown, selected.
 */
export function ShareButton(props: {
  /** An absolute address, or a path of this site; by default what the address bar says when it is pressed. */
  readonly url?: string
  readonly title: string
  /** Said after the name of the button where there are several of them. */
  readonly about?: string
  readonly className?: string
}): ReactNode {
  const { url, title, about, className = '' } = props
  const t = useMessages().share
  const id = useId()
  const [outcome, setOutcome] = useState<Outcome>('none')
  const [address, setAddress] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const canShare = typeof navigator.share === 'function'
  useEffect(() => {
    if (outcome !== 'copied') return undefined
    const timer = setTimeout(() => setOutcome('none'), thanksMs)
    return () => clearTimeout(timer)
  }, [outcome])
  useEffect(() => {
    if (outcome === 'by-hand') field.current?.select()
  }, [outcome])
  const press = async (): Promise<void> => {
    const whole = new URL(url ?? location.href, location.href).href
    setAddress(whole)
    if (!canShare || !(await shared(whole, title)))
      setOutcome((await copied(whole)) ? 'copied' : 'by-hand')
  }
  return (
    <span className={`share ${className}`}>
      <button type="button" onClick={() => void press()}>
        <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="glyph">
          <path d="M8 10V2M5 4.6L8 1.8l3 2.8M4.5 7H3v7h10V7h-1.5" />
        </svg>
        <span>
          {outcome === 'copied' ? t.copied : canShare ? t.share : t.copy}
          {about !== undefined && <span className="quiet">: {about}</span>}
        </span>
      </button>
      <span role="status" className="quiet">
        {outcome === 'copied' && t.copied}
      </span>
      {outcome === 'by-hand' && (
        <span className="share-by-hand">
          <label htmlFor={id}>{t.byHand}</label>
          <input
            id={id}
            ref={field}
            readOnly
            value={address}
            onFocus={({ target }) => target.select()}
            onBlur={() => setOutcome('none')}
            onKeyDown={({ key }) => {
              if (key === 'Escape') setOutcome('none')
            }}
          />
        </span>
      )}
    </span>
  )
}

/** Whether the system's sheet took it, or the reader closed it; false = it cannot be used here. */
async function shared(url: string, title: string): Promise<boolean> {
  try {
    await navigator.share({ url, title })
    return true
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError'
  }
}

async function copied(url: string): Promise<boolean> {
  try {
    // Without TLS there is no clipboard at all, whatever the types say.
    await navigator.clipboard.writeText(url)
    return true
  } catch {
    return false
  }
}
