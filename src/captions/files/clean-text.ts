/** Line ends of every kind: a carriage return alone is one to readers of SubRip and WebVTT. */
const lineEnds = /\r\n?|[\v\f\u0085\u2028\u2029]/g
/** Control characters, which XML forbids and players draw as boxes, and what is not a character at all. */
const unwritable = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g
/** One row of characters that need no look. */
const plain = /^[ -~¡-ʯ]+$/
const halfCharacters = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/**
 * A cue's text as every subtitle format can hold it: rows parted by `\n`, none of them empty (an empty line ends a
 * cue in SubRip and WebVTT), without control characters. Empty when nothing is left.
 */
export function cleanText(text: string): string {
  // Most of what is said, at a tenth of the cost.
  if (plain.test(text) && text.trim() !== '') return text
  return text
    .replace(lineEnds, '\n')
    .replace(unwritable, '')
    .replace(halfCharacters, '\ufffd')
    .split('\n')
    .filter((row) => row.trim() !== '')
    .join('\n')
}

/** The same in one line, for titles and names. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll('\n', ' ').trim()
}

export function escapeMarkup(text: string): string {
  if (!/[&<>]/.test(text)) return text
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
