/** C0 codes that mean something; the others are skipped with their parameters. */
export const c0 = {
  backspace: 0x08,
  formFeed: 0x0c,
  carriageReturn: 0x0d,
  horizontalCarriageReturn: 0x0e,
  extend: 0x10,
  wide: 0x18,
} as const

/** C1: commands of captions. 0x80 … 0x87 choose a window, 0x98 … 0x9f define one. */
export const c1 = {
  setWindow: 0x80,
  clearWindows: 0x88,
  displayWindows: 0x89,
  hideWindows: 0x8a,
  toggleWindows: 0x8b,
  deleteWindows: 0x8c,
  delay: 0x8d,
  delayCancel: 0x8e,
  reset: 0x8f,
  penAttributes: 0x90,
  penColour: 0x91,
  penLocation: 0x92,
  windowAttributes: 0x97,
  defineWindow: 0x98,
} as const

/** Parameter bytes of the C1 codes from 0x80 on. */
const c1Parameters = [
  ...[0, 0, 0, 0, 0, 0, 0, 0],
  ...[1, 1, 1, 1, 1, 1, 0, 0],
  ...[2, 3, 2, 0, 0, 0, 0, 4],
  ...[6, 6, 6, 6, 6, 6, 6, 6],
] as const

/** How many bytes the code at `at` takes with its parameters; it may run over the end of what there is. */
export function codeLength(bytes: Uint8Array, at: number): number {
  const code = bytes[at] ?? 0
  if (code === c0.extend) return 1 + extendedLength(bytes, at + 1)
  if (code < 0x10) return 1
  if (code < 0x18) return 2
  if (code < 0x20) return 3
  if (code >= 0x80 && code < 0xa0) return 1 + (c1Parameters[code - 0x80] ?? 0)
  return 1
}

/** After EXT1. C2 and C3 have no commands yet; their lengths are laid down so that they can be skipped. */
function extendedLength(bytes: Uint8Array, at: number): number {
  const code = bytes[at] ?? 0
  if (code < 0x08) return 1
  if (code < 0x10) return 2
  if (code < 0x18) return 3
  if (code < 0x20) return 4
  if (code < 0x80 || code >= 0xa0) return 1
  if (code < 0x88) return 5
  if (code < 0x90) return 6
  return 2 + ((bytes[at + 1] ?? 0) & 0x1f)
}
