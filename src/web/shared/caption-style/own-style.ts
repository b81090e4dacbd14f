import { Kept, readKept, writeKept } from '../settings/kept.ts'
import { readSettings } from '../settings/settings.ts'
import { applyStyle } from './apply.ts'
import { formatStyle, parseStyle, styleSettings, usualStyle, type CaptionStyle } from './style.ts'

const key = 'ccr.caption-style'
/** Where a size alone was kept before there were styles: it is taken over once. */
const sizeKey = 'ccr.text-size'

/** How the reader wants captions, in this browser. */
export const ownStyle: Kept<CaptionStyle> = new Kept(key, parseStyle, formatStyle)

/** Before the first caption is drawn: no line is ever seen in another style. */
export function beginStyle(): void {
  const size = readKept(sizeKey)
  if (size !== null) {
    if (readKept(key) === null)
      ownStyle.choose(
        readSettings(styleSettings, (name) => (name === 'size' ? size : undefined), usualStyle),
      )
    writeKept(sizeKey, null)
  }
  const apply = (): void => applyStyle(document.documentElement, ownStyle.get())
  ownStyle.onChange(apply)
  apply()
}
