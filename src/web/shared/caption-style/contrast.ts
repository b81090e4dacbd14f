import type { CaptionStyle } from './style.ts'

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number]

/** What letters and grounds are where a style leaves them to the page. */
export interface PageColors {
  readonly text: Rgb
  readonly ground: Rgb
}

/** WCAG 2.2, 1.4.3 */
export const enoughContrast = 4.5

/** At least half of what is seen there is this colour. */
const coversPercent = 50

/**
 * The ratio between letters and what is behind them, 1 to 21. null = a picture that nobody knows shines through.
 * `page` null: captions are laid over such a picture.
 */
export function contrastOf(style: CaptionStyle, page: PageColors | null): number | null {
  const layers = groundsOf(style)
  const covers = layers.some(({ opacity }) => opacity >= 100)
  if (page === null && !covers) return null
  const ground = layers.reduceRight<Rgb>(
    (under, { color, opacity }) => blend(color, under, opacity),
    page?.ground ?? [0, 0, 0],
  )
  const letters = rgbOf(textOf(style)) ?? page?.text ?? [255, 255, 255]
  return ratio(blend(letters, ground, style.opacity), ground)
}

/** The letters' colour: as chosen; where only what is behind them was chosen, black or white, whichever is read better. */
export function textOf(style: CaptionStyle): string | null {
  if (style.color !== null) return style.color
  const top = groundsOf(style).find(({ opacity }) => opacity >= coversPercent)
  if (top === undefined) return null
  return luminance(top.color) > 0.18 ? '#000000' : '#ffffff'
}

export function isLight(color: string): boolean {
  return luminance(rgbOf(color) ?? [0, 0, 0]) > 0.18
}

/** `#rrggbb` or `rgb(r, g, b)`, as styles and browsers write colours. */
export function rgbOf(color: string | null): Rgb | null {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/.exec(color ?? '')
  if (hex !== null) return [hexOf(hex[1]), hexOf(hex[2]), hexOf(hex[3])]
  const said = /^rgba?\((\d+),\s*(\d+),\s*(\d+)/.exec(color ?? '')
  return said === null ? null : [Number(said[1]), Number(said[2]), Number(said[3])]
}

/** From the letters outwards. */
function groundsOf(style: CaptionStyle): { readonly color: Rgb; readonly opacity: number }[] {
  const { background, backgroundOpacity, window, windowOpacity } = style
  return [
    { color: rgbOf(background), opacity: backgroundOpacity },
    { color: rgbOf(window), opacity: windowOpacity },
  ].flatMap(({ color, opacity }) => (color === null ? [] : [{ color, opacity }]))
}

function hexOf(digits: string | undefined): number {
  return Number.parseInt(digits ?? '0', 16)
}

function blend(over: Rgb, under: Rgb, percent: number): Rgb {
  const mix = (a: number, b: number): number => b + ((a - b) * percent) / 100
  return [mix(over[0], under[0]), mix(over[1], under[1]), mix(over[2], under[2])]
}

function ratio(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05)
}

/** Relative luminance of sRGB, 0 to 1. */
function luminance([red, green, blue]: Rgb): number {
  const linear = (part: number): number => {
    const share = part / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}
