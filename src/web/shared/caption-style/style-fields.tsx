import type { ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import { OptionSelect } from '../option-select.tsx'
import { AmountField } from './amount-field.tsx'
import { ColorField } from './color-field.tsx'
import { Styled } from './styled.tsx'
import { styleSettings, usualStyle, type CaptionStyle } from './style.ts'

/** Everything that a style says, to be chosen. */
export function StyleFields(props: {
  readonly style: CaptionStyle
  readonly onChange: (style: CaptionStyle) => void
}): ReactNode {
  const { style } = props
  const t = useCaptionStyleMessages()
  const change = (part: Partial<CaptionStyle>): void => props.onChange({ ...style, ...part })
  return (
    <div className="style-fields">
      <section aria-label={t.letters}>
        <h3>{t.letters}</h3>
        <label className="select-field">
          <span>{t.font}</span>
          <OptionSelect
            value={style.font}
            options={styleSettings.font.values.map((value) => [value, t.fonts[value]])}
            onChoose={(font) => change({ font })}
          />
        </label>
        <AmountField
          {...styleSettings.size}
          label={t.size}
          value={style.size}
          onChange={(size) => change({ size })}
        />
        <Edges value={style.edge} onChoose={(edge) => change({ edge })} />
      </section>
      <section aria-label={t.spacing}>
        <h3>{t.spacing}</h3>
        <AmountField
          {...styleSettings.lineSpacing}
          label={t.lineSpacing}
          value={style.lineSpacing}
          onChange={(lineSpacing) => change({ lineSpacing })}
        />
        <AmountField
          {...styleSettings.letterSpacing}
          label={t.letterSpacing}
          value={style.letterSpacing}
          onChange={(letterSpacing) => change({ letterSpacing })}
        />
      </section>
      <section aria-label={t.grounds}>
        <h3>{t.grounds}</h3>
        <ColorField
          label={t.color}
          none={t.page}
          value={style.color}
          opacity={style.opacity}
          leastOpacity={styleSettings.opacity.least}
          hasOwnColor
          onColor={(color) => change({ color })}
          onOpacity={(opacity) => change({ opacity })}
        />
        <ColorField
          label={t.background}
          what={t.backgroundWhat}
          none={t.none}
          value={style.background}
          opacity={style.backgroundOpacity}
          leastOpacity={styleSettings.backgroundOpacity.least}
          hasOwnColor={false}
          onColor={(background) => change({ background })}
          onOpacity={(backgroundOpacity) => change({ backgroundOpacity })}
        />
        <ColorField
          label={t.window}
          what={t.windowWhat}
          none={t.none}
          value={style.window}
          opacity={style.windowOpacity}
          leastOpacity={styleSettings.windowOpacity.least}
          hasOwnColor={false}
          onColor={(window) => change({ window })}
          onOpacity={(windowOpacity) => change({ windowOpacity })}
        />
      </section>
    </div>
  )
}

/** Each edge shown on the letters of its own sign. */
function Edges(props: {
  readonly value: CaptionStyle['edge']
  readonly onChoose: (edge: CaptionStyle['edge']) => void
}): ReactNode {
  const t = useCaptionStyleMessages()
  return (
    <fieldset className="edges">
      <legend>{t.edge}</legend>
      {styleSettings.edge.values.map((edge) => (
        <label key={edge}>
          <input
            type="radio"
            name="caption-edge"
            checked={props.value === edge}
            onChange={() => props.onChoose(edge)}
          />
          <Styled style={{ ...usualStyle, color: '#ffffff', edge }} className="edge-sign">
            <span className="caption" aria-hidden="true">
              Aa
            </span>
          </Styled>
          <span>{t.edges[edge]}</span>
        </label>
      ))}
    </fieldset>
  )
}
