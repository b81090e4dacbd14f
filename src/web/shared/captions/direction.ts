/** Languages that are written from right to left, where nothing else is said of their script. */
const rightToLeft = new Set([
  ...['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'iw', 'ks', 'nqo'],
  ...['prs', 'ps', 'sd', 'syr', 'ug', 'ur', 'yi'],
])
const scriptsToLeft = new Set(['adlm', 'arab', 'hebr', 'nkoo', 'syrc', 'thaa'])

/** How the text of a language (BCP 47) runs; one that is not known, from left to right. */
export function directionOf(language: string | null): 'ltr' | 'rtl' {
  const [primary = '', ...rest] = (language ?? '').toLowerCase().split('-')
  const script = rest.find((part) => /^[a-z]{4}$/.test(part))
  return (script === undefined ? rightToLeft.has(primary) : scriptsToLeft.has(script))
    ? 'rtl'
    : 'ltr'
}
