import { useId, useState, type ReactNode } from 'react'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import type { ViewName } from './parameters.ts'

/** How large the frame of each view is in the HTML; whoever takes it may write otherwise. */
const sizes: Readonly<Record<ViewName, { readonly width: string; readonly height: string }>> = {
  frame: { width: '480', height: '320' },
  overlay: { width: '1280', height: '720' },
  reader: { width: '100%', height: '600' },
}

/** The address, and the HTML that shows it in a page, to be copied. */
export function TakeAddress(props: {
  readonly view: ViewName
  readonly address: string
  readonly name: string
}): ReactNode {
  const { view, address, name } = props
  const embed = useEmbedMessages()
  const t = embed.builder
  const url = `${location.origin}${address}`
  return (
    <section className="builder-take" aria-label={t.address}>
      <Copyable label={t.address} text={url} rows={2}>
        <a href={address} target="_blank" rel="noopener">
          {t.open}
        </a>
      </Copyable>
      <Copyable label={t.html} text={frameHtml(view, url, embed.captionsOf(name))} rows={4} />
      {view === 'overlay' && <p className="muted">{t.obs}</p>}
    </section>
  )
}

/** A transparent frame stays so only where its colour scheme is that of the page in it, which is light. */
function frameHtml(view: ViewName, url: string, title: string): string {
  const { width, height } = sizes[view]
  const style = view === 'overlay' ? 'border: 0; color-scheme: light' : 'border: 0'
  return `<iframe src="${escapeHtml(url)}" title="${escapeHtml(title)}" width="${width}" height="${height}" loading="lazy" style="${style}"></iframe>`
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

function Copyable(props: {
  readonly label: string
  readonly text: string
  readonly rows: number
  readonly children?: ReactNode
}): ReactNode {
  const { label, text, rows, children } = props
  const t = useEmbedMessages().builder
  const id = useId()
  const [copied, setCopied] = useState<string | null>(null)
  return (
    <div className="copyable">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        readOnly
        rows={rows}
        value={text}
        spellCheck={false}
        onFocus={({ target }) => target.select()}
      />
      <div>
        <button
          type="button"
          onClick={() => {
            copy(text).then(
              () => setCopied(text),
              // Not allowed here; the text is there to be copied by hand.
              () => undefined,
            )
          }}
        >
          {t.copy}
          <span className="quiet">: {label}</span>
        </button>
        <span role="status">{copied === text && t.copied}</span>
        {children}
      </div>
    </div>
  )
}

/** Without TLS there is no clipboard at all, whatever the types say: that rejects too. */
async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}
