/** The source is whole, but of a kind that this reader cannot turn into caption groups. */
export class UnreadableSourceError extends Error {
  override readonly name = 'UnreadableSourceError'
}

export function countFault(faults: Record<string, number>, kind: string, times = 1): void {
  faults[kind] = (faults[kind] ?? 0) + times
}
