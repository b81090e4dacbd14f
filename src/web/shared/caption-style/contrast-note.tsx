import type { ReactNode } from 'react'
import { useCaptionStyleMessages } from '../../messages/caption-style/use-caption-style-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { contrastOf, enoughContrast, type PageColors } from './contrast.ts'
import type { CaptionStyle } from './style.ts'

/** Says it when letters are hard to tell from what is behind them. It is the reader's to decide. */
export function ContrastNote(props: {
  readonly style: CaptionStyle
  readonly page: PageColors | null
}): ReactNode {
  const { style } = props
  const t = useCaptionStyleMessages()
  const { locale } = useCatalogue()
  const contrast = contrastOf(style, props.page)
  const isUnknown = contrast === null && style.edge === 'none'
  const isLow = contrast !== null && contrast < enoughContrast
  return (
    <p role="status" className="contrast-note">
      {isLow && t.contrast.low(contrast.toLocaleString(locale, { maximumFractionDigits: 1 }))}
      {isUnknown && t.contrast.unknown}
    </p>
  )
}
