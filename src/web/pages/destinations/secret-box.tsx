import { useState, type ReactNode } from 'react'
import { useDestinationMessages } from '../../messages/destinations/use-destination-messages.ts'

/** What is shown once. */
export function SecretBox(props: {
  readonly secret: string
  readonly onClose: () => void
}): ReactNode {
  const t = useDestinationMessages()
  const [isCopied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.secret)
      setCopied(true)
    } catch {
      // Without permission it is still there to be marked and copied.
    }
  }
  return (
    <div className="secret" role="alert">
      <p>{t.secret}</p>
      <code>{props.secret}</code>
      <p className="row">
        <button type="button" onClick={() => void copy()}>
          {isCopied ? t.copied : t.copy}
        </button>
        <button type="button" onClick={props.onClose}>
          {t.close}
        </button>
      </p>
    </div>
  )
}
