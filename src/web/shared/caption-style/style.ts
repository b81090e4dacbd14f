import { readSettings, usualOf, type ValuesOf } from '../settings/settings.ts'

/**
 * How captions look, as television sets must let people choose it (47 CFR 79.103(c)): eight kinds of letters,
 * size, colours and opacities of letters, of the ground behind them and of the window around them, and edges.
 * Spacing is what readers with dyslexia and low vision ask for besides. Numbers are percent; spacing of letters is
 * percent of their size.
 */
export const styleSettings = {
  font: {
    kind: 'choice',
    values: [
      ...(['default', 'mono-serif', 'serif', 'mono-sans'] as const),
      ...(['sans', 'casual', 'cursive', 'small-caps'] as const),
    ],
    usual: 'default',
  },
  // Sets offer 50 to 200; a desk is nearer to the eye, a wall further away.
  size: { kind: 'amount', least: 50, most: 300, step: 5, usual: 100 },
  color: { kind: 'color', usual: null },
  opacity: { kind: 'amount', least: 25, most: 100, step: 5, usual: 100 },
  background: { kind: 'color', usual: null },
  backgroundOpacity: { kind: 'amount', least: 0, most: 100, step: 5, usual: 100 },
  window: { kind: 'color', usual: null },
  windowOpacity: { kind: 'amount', least: 0, most: 100, step: 5, usual: 100 },
  edge: {
    kind: 'choice',
    values: ['none', 'raised', 'depressed', 'uniform', 'shadow'],
    usual: 'none',
  },
  lineSpacing: { kind: 'amount', least: 80, most: 200, step: 5, usual: 100 },
  letterSpacing: { kind: 'amount', least: 0, most: 30, step: 1, usual: 0 },
} as const

export type CaptionStyle = ValuesOf<typeof styleSettings>

export const usualStyle: CaptionStyle = usualOf(styleSettings)

/** The shape of what is kept; one of another version is not guessed at. */
const version = 1

/** From what is kept. Anything that is not a style is the usual one; of one, what cannot be read is as usual. */
export function parseStyle(text: string | null): CaptionStyle {
  const kept = parseJson(text)
  if (typeof kept !== 'object' || kept === null) return usualStyle
  const fields = new Map<string, unknown>(Object.entries(kept))
  if (fields.get('version') !== version) return usualStyle
  return readSettings(styleSettings, (name) => fields.get(name), usualStyle)
}

export function formatStyle(style: CaptionStyle): string {
  return JSON.stringify({ version, ...style })
}

export function isSameStyle(a: CaptionStyle, b: CaptionStyle): boolean {
  return formatStyle(a) === formatStyle(b)
}

function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null')
  } catch {
    // Not ours, or cut off: as if nothing were kept.
    return null
  }
}
