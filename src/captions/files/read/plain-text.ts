const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
  lrm: '\u200e',
  rlm: '\u200f',
}
/** `<v Anna>`: who speaks, which is said as television says it. */
const voice = /<v(?:\.[^\s>]*)?\s+([^>]{1,200})>/g
const tag = /<\/?(?:[a-z][a-z0-9]*(?:\.[^\s>]*)?(?:\s[^>]*)?|\d[\d:.]*)?>/gi

/** The text of a cue of SubRip or WebVTT: without tags, its entities as characters, its rows trimmed, none of them empty. */
export function plainText(marked: string): string {
  return marked
    .replace(voice, '$1: ')
    .replace(tag, '')
    .replace(
      /&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,6});/gi,
      (whole, name: string) => character(name) ?? whole,
    )
    .split('\n')
    .map((row) => row.trim())
    .filter((row) => row !== '')
    .join('\n')
}

function character(name: string): string | undefined {
  if (!name.startsWith('#')) return entities[name]
  const isHex = name.startsWith('#x') || name.startsWith('#X')
  const code = isHex ? parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
