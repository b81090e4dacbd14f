/** Items a line each, as JSON, or as a table under its headings. */
export function printItems<T>(
  items: readonly T[],
  isJson: boolean | undefined,
  headings: readonly string[],
  rowOf: (item: T) => readonly string[],
): void {
  const text =
    isJson === true
      ? items.map((item) => `${JSON.stringify(item)}\n`).join('')
      : formatTable([headings, ...items.map(rowOf)])
  process.stdout.write(text)
}

/** Rows as columns of equal width, the first row their headings; control characters are left out. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map((cell) => cell.replaceAll(/\p{Cc}/gu, ' ')))
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  )
  const lines = clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}
