import { useState, type ReactNode } from 'react'
import { useAccountMessages } from '../messages/account/use-account-messages.ts'

/** A token or link that is shown once, to be copied. */
export function Secret(props: { readonly text: string; readonly says: string }): ReactNode {
  const t = useAccountMessages().account
  const [isCopied, setCopied] = useState(false)
  return (
    <div className="secret" role="status">
      <p>{props.says}</p>
      <div className="secret-line">
        <input
          readOnly
          value={props.text}
          aria-label={props.says}
          onFocus={({ target }) => target.select()}
        />
        <button
          type="button"
          onClick={() => {
            navigator.clipboard.writeText(props.text).then(
              () => setCopied(true),
              // Not allowed here; the text is there to be copied by hand.
              () => undefined,
            )
          }}
        >
          {isCopied ? t.copied : t.copy}
        </button>
      </div>
    </div>
  )
}
