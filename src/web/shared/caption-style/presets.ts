import { usualStyle, type CaptionStyle } from './style.ts'

/** Whole styles to begin from. */
export const presets = {
  page: usualStyle,
  onAir: {
    ...usualStyle,
    ...{ font: 'mono-sans', color: '#ffffff', background: '#000000', lineSpacing: 110 },
  },
  large: {
    ...usualStyle,
    ...{ font: 'sans', size: 200, color: '#ffffff', window: '#000000', lineSpacing: 115 },
    letterSpacing: 2,
  },
  contrast: {
    ...usualStyle,
    ...{ font: 'sans', size: 125, color: '#ffff00', background: '#000000', window: '#000000' },
  },
  // Spacing and a warm ground, as style guides for dyslexic readers have it.
  dyslexia: {
    ...usualStyle,
    ...{ font: 'sans', size: 120, color: '#1f2430', window: '#fbf3df' },
    ...{ lineSpacing: 125, letterSpacing: 9 },
  },
  calm: {
    ...usualStyle,
    ...{ font: 'serif', size: 110, color: '#d8d3c8', window: '#23262b', lineSpacing: 120 },
  },
} as const satisfies Readonly<Record<string, CaptionStyle>>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as PresetName[]
