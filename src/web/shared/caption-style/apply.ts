import { isLight, rgbOf, textOf } from './contrast.ts'
import type { CaptionStyle } from './style.ts'

/**
 * Makes captions in the element look so. Through the object model: the page's policy forbids style attributes in
 * markup. What hangs on a word (letters, edges) is an attribute that `styles/captions.css` knows; numbers and colours
 * are custom properties of it. Everything is set, so that a style within another leaves nothing of it.
 */
export function applyStyle(element: HTMLElement, style: CaptionStyle): void {
  element.dataset['captionFont'] = style.font
  element.dataset['captionEdge'] = style.edge
  for (const [name, value] of Object.entries(propertiesOf(style)))
    element.style.setProperty(name, value)
}

/** `initial` = not set: the fallback in the style sheet holds, which is the page's own. */
export function propertiesOf(style: CaptionStyle): Readonly<Record<string, string>> {
  const text = textOf(style)
  const hasGround = style.background !== null && style.backgroundOpacity > 0
  const hasWindow = style.window !== null && style.windowOpacity > 0
  return {
    '--caption': String(style.size / 100),
    '--caption-leading': String(style.lineSpacing / 100),
    '--caption-tracking': `${style.letterSpacing / 100}em`,
    '--caption-color': text === null ? ownColor(style.opacity) : colorOf(text, style.opacity),
    '--caption-ground': hasGround
      ? colorOf(style.background, style.backgroundOpacity)
      : 'transparent',
    '--caption-pad': hasGround ? '0.18em' : '0px',
    '--caption-window': hasWindow ? colorOf(style.window, style.windowOpacity) : 'transparent',
    '--caption-edge': text === null ? 'initial' : isLight(text) ? '#000' : '#fff',
  }
}

/** Less of the page's own colour; browsers that cannot mix show all of it. */
function ownColor(opacity: number): string {
  return opacity === 100 ? 'initial' : `color-mix(in srgb, currentcolor ${opacity}%, transparent)`
}

function colorOf(color: string | null, opacity: number): string {
  const [red, green, blue] = rgbOf(color) ?? [0, 0, 0]
  return opacity === 100
    ? `rgb(${red}, ${green}, ${blue})`
    : `rgba(${red}, ${green}, ${blue}, ${opacity / 100})`
}
