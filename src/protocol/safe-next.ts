const home = '/'
const mostLetters = 500

/**
 * Where to go after signing in: a path of this site, whatever was asked for. Everything that a browser could take for
 * another site's address (`//evil`, `/\evil`, `https:…`), or that has control characters in it, becomes the first page.
 */
export function safeNext(wanted: string | null | undefined): string {
  if (wanted == null || wanted.length > mostLetters) return home
  return /^\/(?![/\\])[^\p{Cc}\\]*$/u.test(wanted) ? wanted : home
}
