import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import '../../styles/caption-style.css'
import { CaptionText } from '../captions/caption-text.tsx'
import { rgbOf, type PageColors } from './contrast.ts'
import { ContrastNote } from './contrast-note.tsx'
import { Presets } from './preset-buttons.tsx'
import { isSameStyle, usualStyle, type CaptionStyle } from './style.ts'
import { StyleFields } from './style-fields.tsx'
import { Styled } from './styled.tsx'

export interface StyleDialogProps {
  readonly style: CaptionStyle
  /** What the style is for. */
  readonly lead: string
  readonly onChange: (style: CaptionStyle) => void
  readonly onClose: () => void
}

/** A style of captions. What is chosen holds at once, and is seen in the preview and in the page. */
export default function StyleDialog(props: StyleDialogProps): ReactNode {
  const { style, onChange, onClose } = props
  const t = useCaptionStyleMessages()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  const close = (): void => dialog.current?.close()
  return (
    <dialog
      ref={dialog}
      className="style-dialog"
      aria-labelledby={id}
      onClose={onClose}
      // Escape closes this, not the panel behind it too.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => {
        if (event.target === dialog.current) close()
      }}
    >
      <div className="style-sheet">
        <div className="style-head">
          <div>
            <h2 id={id}>{t.title}</h2>
            <p className="muted">{props.lead}</p>
          </div>
          <button
            type="button"
            aria-disabled={isSameStyle(style, usualStyle)}
            onClick={() => onChange(usualStyle)}
          >
            {t.reset}
          </button>
          <button type="button" className="done" onClick={close}>
            {t.close}
          </button>
        </div>
        <div className="style-seen">
          <div role="group" aria-label={t.preview} className="style-preview" tabIndex={0}>
            <Styled style={style} className="caption-window">
              {t.sample.lines.map((line) => (
                <p key={line} lang={t.sample.language} className="caption-lines">
                  <CaptionText text={line} />
                </p>
              ))}
            </Styled>
          </div>
          <ContrastNote style={style} page={pageColors()} />
        </div>
        <Presets style={style} onChange={onChange} />
        <StyleFields style={style} onChange={onChange} />
      </div>
    </dialog>
  )
}

/** What a style that leaves a colour to the page gets. */
function pageColors(): PageColors {
  const { color, backgroundColor } = getComputedStyle(document.documentElement)
  return {
    text: rgbOf(color) ?? [0, 0, 0],
    ground: rgbOf(backgroundColor) ?? [255, 255, 255],
  }
}
