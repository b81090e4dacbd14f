/** Codes that name no one language. */
const none = new Set(['und', 'mul', 'mis', 'zxx'])

/** ISO 639-2 as sent in descriptors, in either of its spellings, to BCP 47; null for what names no language. */
export function languageTag(code: string): string | null {
  const lower = code.toLowerCase()
  // qaa to qtz are for local use: "original sound" in Europe.
  if (!/^[a-z]{3}$/.test(lower) || none.has(lower) || /^q[a-t]/.test(lower)) return null
  return Intl.getCanonicalLocales(lower)[0] ?? lower
}
