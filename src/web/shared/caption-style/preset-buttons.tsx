import type { ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import { presetNames, presets } from './presets.ts'
import { isSameStyle, type CaptionStyle } from './style.ts'
import { Styled } from './styled.tsx'

/** Whole styles to begin with, each shown in its own. */
export function Presets(props: {
  readonly style: CaptionStyle
  readonly onChange: (style: CaptionStyle) => void
}): ReactNode {
  const { style, onChange } = props
  const t = useCaptionStyleMessages()
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
          onClick={() => onChange(presets[name])}
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
