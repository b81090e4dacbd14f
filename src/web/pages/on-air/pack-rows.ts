/** Networks that stand side by side, each in so many columns. */
export interface Packed<T> {
  readonly item: T
  readonly width: number
}

/**
 * Puts networks into rows of so many columns, each into the first row that has room for it, so that what is read in
 * order is what is seen in order.
 */
export function packRows<T>(
  items: readonly T[],
  columns: number,
  sizeOf: (item: T) => number,
): readonly (readonly Packed<T>[])[] {
  const rows: { readonly members: Packed<T>[]; free: number }[] = []
  for (const item of items) {
    const width = Math.max(1, Math.min(sizeOf(item), columns))
    let row = rows.find(({ free }) => free >= width)
    if (row === undefined) rows.push((row = { members: [], free: columns }))
    row.members.push({ item, width })
    row.free -= width
  }
  return rows.map(({ members }) => members)
}
