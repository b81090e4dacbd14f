import { styleSettings, type CaptionStyle } from '../../shared/caption-style/style.ts'
import { addressName, usualOf, type ValuesOf } from '../../shared/settings/settings.ts'

/**
 * What the addresses of embedded views may say; docs/embeds.md is held to it. Every view takes the caption style
 * besides, under its own names.
 */

const theme = {
  kind: 'choice',
  values: ['auto', 'light', 'dark', 'contrast'],
  usual: 'auto',
} as const
const oneTrack = { kind: 'list', values: null, most: 1, usual: [] as readonly string[] } as const

/** `/embed/c/{channel}`: a channel in a frame of somebody's page. */
export const frameSettings = {
  theme,
  track: oneTrack,
  title: { kind: 'switch', usual: true },
  times: { kind: 'switch', usual: false },
  ...styleSettings,
} as const

/** `/embed/overlay/{channel}`: rows over a picture. `width` and `safe` are percent of the picture, `hide` is seconds, 0 = never. */
export const overlaySettings = {
  track: oneTrack,
  lines: { kind: 'amount', least: 1, most: 10, step: 1, usual: 3 },
  position: { kind: 'choice', values: ['bottom', 'middle', 'top'], usual: 'bottom' },
  align: { kind: 'choice', values: ['start', 'center', 'end'], usual: 'center' },
  width: { kind: 'amount', least: 20, most: 100, step: 5, usual: 80 },
  safe: { kind: 'amount', least: 0, most: 20, step: 1, usual: 5 },
  hide: { kind: 'amount', least: 0, most: 600, step: 5, usual: 0 },
  ...styleSettings,
} as const

export const readerControls = [
  ...(['size', 'style', 'theme', 'tracks', 'newest'] as const),
  ...(['pause', 'announce', 'transcript'] as const),
] as const

/**
 * `/embed/reader/{channel}`: nothing but text. `width` is letters in a row, at most; with `ownStyle` the style that a
 * reader keeps in their browser goes before the address's.
 */
export const readerSettings = {
  theme,
  track: { kind: 'list', values: null, most: 6, usual: [] as readonly string[] },
  newest: { kind: 'choice', values: ['bottom', 'top'], usual: 'bottom' },
  smooth: { kind: 'switch', usual: true },
  rows: { kind: 'choice', values: ['flow', 'sent'], usual: 'flow' },
  width: { kind: 'amount', least: 20, most: 200, step: 5, usual: 60 },
  title: { kind: 'switch', usual: true },
  times: { kind: 'switch', usual: false },
  ownStyle: { kind: 'switch', usual: false },
  controls: {
    kind: 'list',
    values: readerControls,
    most: readerControls.length,
    usual: readerControls as readonly (typeof readerControls)[number][],
  },
  ...styleSettings,
} as const

export type FrameSettings = ValuesOf<typeof frameSettings>
export type OverlaySettings = ValuesOf<typeof overlaySettings>
export type ReaderSettings = ValuesOf<typeof readerSettings>

export const usualFrame: FrameSettings = usualOf(frameSettings)
/** Over a picture nobody knows, letters bring their ground along. */
export const usualOverlay: OverlaySettings = {
  ...usualOf(overlaySettings),
  ...{ color: '#ffffff', background: '#000000', backgroundOpacity: 80 },
}
export const usualReader: ReaderSettings = usualOf(readerSettings)

/** The kinds of view, as the page that composes their addresses knows them. */
export const views = {
  frame: { path: '/embed/c/', settings: frameSettings, usual: usualFrame },
  overlay: { path: '/embed/overlay/', settings: overlaySettings, usual: usualOverlay },
  reader: { path: '/embed/reader/', settings: readerSettings, usual: usualReader },
} as const

export type ViewName = keyof typeof views
export const viewNames = Object.keys(views) as ViewName[]

/** The caption style among a view's settings. */
export function styleOf(values: CaptionStyle): CaptionStyle {
  const { font, size, color, opacity, edge, lineSpacing, letterSpacing } = values
  const { background, backgroundOpacity, window, windowOpacity } = values
  return {
    ...{ font, size, color, opacity, edge, lineSpacing, letterSpacing },
    ...{ background, backgroundOpacity, window, windowOpacity },
  }
}

/** Whether an address says anything of the style: then it decides alone. */
export function saysStyle(search: URLSearchParams): boolean {
  return Object.keys(styleSettings).some((name) => search.has(addressName(name)))
}
