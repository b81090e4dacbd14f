/** BCP 47 wants the two-letter code where there is one: those seen in caption descriptors. */
const twoLetters: Readonly<Record<string, string>> = {
  ara: 'ar',
  chi: 'zh',
  deu: 'de',
  eng: 'en',
  fra: 'fr',
  fre: 'fr',
  ger: 'de',
  ita: 'it',
  jpn: 'ja',
  kor: 'ko',
  pol: 'pl',
  por: 'pt',
  rus: 'ru',
  spa: 'es',
  tgl: 'tl',
  vie: 'vi',
  zho: 'zh',
}

/** ISO 639-2 as sent in descriptors to BCP 47; null for what is no code. */
export function languageTag(code: string): string | null {
  const lower = code.toLowerCase()
  if (!/^[a-z]{3}$/.test(lower) || lower === 'und') return null
  return twoLetters[lower] ?? lower
}
