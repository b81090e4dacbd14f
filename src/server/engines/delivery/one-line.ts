/** What a stranger's server said, as one bounded line for logs and pages. */
export function oneLine(text: string, most = 300): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\0-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
    .trim()
  return line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line
}
