import { useState, type ReactNode } from 'react'
import { useDownloadMessages } from '../../messages/download.ts'
import { bodyOf, ccrOf, curlOf, isInBody, postLinkOf, type Wish } from './take.ts'

/** The same file for whoever writes programs. */
export function Commands({ wish }: { readonly wish: Wish }): ReactNode {
  const t = useDownloadMessages()
  const [copied, setCopied] = useState<string | null>(null)
  const { origin } = location
  const inBody = isInBody(wish)
  const commands = inBody
    ? [`curl -fOJ '${origin}${postLinkOf(wish)}' --json '${JSON.stringify(bodyOf(wish))}'`]
    : [curlOf(wish, origin), ccrOf(wish, origin)].filter((line) => line !== null)
  const copy = (command: string): void => {
    void writeText(command).then((isDone) => setCopied(isDone ? command : null))
  }
  return (
    <details className="commands">
      <summary>{t.programmers}</summary>
      <p className="muted">{inBody ? t.inBody : t.programmersWhy}</p>
      {commands.map((command) => (
        <div key={command} className="command">
          <code tabIndex={0}>{command}</code>
          <button type="button" onClick={() => copy(command)}>
            {copied === command ? t.copied : t.copy}
          </button>
        </div>
      ))}
      <span role="status" className="quiet">
        {copied !== null && t.copied}
      </span>
    </details>
  )
}

/** False where the browser gives no clipboard: the line can still be marked. */
async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without TLS, or refused.
    return false
  }
}
