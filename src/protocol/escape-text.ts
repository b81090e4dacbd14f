/** Text as markup of HTML and XML has it; control characters and halves of characters have no place in either. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
