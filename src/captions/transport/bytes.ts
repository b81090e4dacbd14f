/** What the tables of transport streams are made of. Reading beyond the end reads zeros. */

export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2)
}

export function ascii(bytes: Uint8Array, at: number, length: number): string {
  let text = ''
  for (let i = at; i < at + length; i++) text += String.fromCharCode(bytes[i] ?? 0)
  return text
}

/** Descriptors one after the other; what runs over `to` is left out. */
export function* descriptors(
  bytes: Uint8Array,
  from: number,
  to: number,
): Generator<readonly [tag: number, start: number, end: number]> {
  for (let at = from; at + 2 <= to;) {
    const end = at + 2 + (bytes[at + 1] ?? 0)
    if (end > to) return
    yield [bytes[at] ?? 0, at + 2, end]
    at = end
  }
}

/** Of a section in the long form: whether it holds now, not next. */
export function isCurrent(section: Uint8Array): boolean {
  return ((section[5] ?? 0) & 1) === 1
}

/** Where the body of a section in the long form ends, before its CRC. */
export function bodyEnd(section: Uint8Array): number {
  return section.length - 4
}
