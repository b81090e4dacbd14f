import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import '../../styles/caption-style.css'
import { CaptionText } from '../caption-text.tsx'
import { useKept } from '../kept.ts'
import { rgbOf, type PageColors } from './contrast.ts'
import { ContrastNote } from './contrast-note.tsx'
import { ownStyle } from './own-style.ts'
import { presetNames, presets } from './presets.ts'
import { isSameStyle, usualStyle } from './style.ts'
import { StyleFields } from './style-fields.tsx'
import { Styled } from './styled.tsx'

/** The reader's style of captions. What is chosen holds at once, and is seen in the preview and in the page. */
export default function StyleDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useCaptionStyleMessages()
  const id = useId()
  const dialog = useRef<HTMLDialogElement>(null)
  const style = useKept(ownStyle)
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
        <header className="style-head">
          <div>
            <h2 id={id}>{t.title}</h2>
            <p className="muted">{t.lead}</p>
          </div>
          <button
            type="button"
            aria-disabled={isSameStyle(style, usualStyle)}
            onClick={() => ownStyle.choose(usualStyle)}
          >
            {t.reset}
          </button>
          <button type="button" className="done" onClick={close}>
            {t.close}
          </button>
        </header>
        <div className="style-seen">
          <div role="group" aria-label={t.preview} className="style-preview" tabIndex={0}>
            <div className="caption-window">
              {t.sample.lines.map((line) => (
                <p key={line} lang={t.sample.language} className="caption-lines">
                  <CaptionText text={line} />
                </p>
              ))}
            </div>
          </div>
          <ContrastNote style={style} page={pageColors()} />
        </div>
        <Presets />
        <StyleFields style={style} onChange={ownStyle.choose} />
      </div>
    </dialog>
  )
}

function Presets(): ReactNode {
  const t = useCaptionStyleMessages()
  const style = useKept(ownStyle)
  return (
    <div className="presets" role="group" aria-label={t.presets.label}>
      <h3>{t.presets.label}</h3>
      {presetNames.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={isSameStyle(style, presets[name])}
          aria-description={t.presets.about[name]}
          title={t.presets.about[name]}
          onClick={() => ownStyle.choose(presets[name])}
        >
          <Styled style={{ ...presets[name], size: 100 }} className="preset-sign">
            <span className="caption-window" aria-hidden="true">
              <span className="caption">Aa</span>
            </span>
          </Styled>
          <span>{t.presets.names[name]}</span>
        </button>
      ))}
    </div>
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
