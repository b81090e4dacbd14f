import type { CcBuffer } from './cc-buffer.ts'

/** What a user data block was: captions of A/53, captions of SCTE 20, a block cut short, or something else. */
export type UserDataKind = 'atsc' | 'scte-20' | 'damaged' | 'other'

const captionTypeCode = 0x03
const registeredUserData = 4
const unitedStates = 0xb5
const atscProvider = 0x0031
const direcTvProvider = 0x002f

/** The payload of MPEG-2 user_data, after its start code. SCTE 20 blocks go where `scte20` says. */
export function parseMpeg2UserData(
  bytes: Uint8Array,
  from: number,
  to: number,
  atsc: CcBuffer,
  scte20: CcBuffer,
  topFieldFirst: boolean,
): UserDataKind {
  if (isAtscIdentifier(bytes, from, to)) {
    if (bytes[from + 4] !== captionTypeCode) return 'other'
    // process_cc_data_flag: zero says that the blocks are not for display.
    if (((bytes[from + 5] ?? 0) & 0x40) === 0) return 'other'
    return appendBlocks(bytes, from + 5, to, atsc) ? 'atsc' : 'damaged'
  }
  if (to - from >= 3 && bytes[from] === 0x03 && ((bytes[from + 1] ?? 0) & 0x7f) === 0x01) {
    return appendScte20(bytes, from + 2, to, scte20, topFieldFirst) ? 'scte-20' : 'damaged'
  }
  return 'other'
}

/** The messages of one SEI unit, its header bytes and emulation prevention already gone. */
export function parseSei(bytes: Uint8Array, length: number, blocks: CcBuffer): UserDataKind {
  let kind: UserDataKind = 'other'
  let at = 0
  // The last byte is the stop bit.
  while (at + 2 < length) {
    let type = 0
    let size = 0
    while (at < length && bytes[at] === 0xff) {
      type += 255
      at++
    }
    type += bytes[at++] ?? 0
    while (at < length && bytes[at] === 0xff) {
      size += 255
      at++
    }
    size += bytes[at++] ?? 0
    if (at + size > length) return type === registeredUserData ? 'damaged' : kind
    if (type === registeredUserData) {
      const found = parseRegistered(bytes, at, at + size, blocks)
      if (found !== 'other') kind = found
    }
    at += size
  }
  return kind
}

/** ITU-T T.35: ANSI/SCTE 128 for all but DirecTV, which wrote its own number and a length. */
function parseRegistered(
  bytes: Uint8Array,
  from: number,
  to: number,
  blocks: CcBuffer,
): UserDataKind {
  if (bytes[from] !== unitedStates) return 'other'
  const provider = ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
  const body = from + 3
  if (provider === direcTvProvider) {
    if (bytes[body] !== captionTypeCode || ((bytes[body + 2] ?? 0) & 0x40) === 0) return 'other'
    return appendBlocks(bytes, body + 2, to, blocks) ? 'atsc' : 'damaged'
  }
  if (provider !== atscProvider || !isAtscIdentifier(bytes, body, to)) return 'other'
  if (bytes[body + 4] !== captionTypeCode) return 'other'
  const count = (bytes[body + 5] ?? 0) & 0x1f
  // Without its closing FF such a block is garbage (CCExtractor's issue 1001).
  if (bytes[body + 7 + count * 3] !== 0xff) return 'damaged'
  return appendBlocks(bytes, body + 5, to, blocks) ? 'atsc' : 'damaged'
}

/** 'GA94' and room for what follows it. */
function isAtscIdentifier(bytes: Uint8Array, at: number, to: number): boolean {
  return (
    at + 7 <= to &&
    bytes[at] === 0x47 &&
    bytes[at + 1] === 0x41 &&
    bytes[at + 2] === 0x39 &&
    bytes[at + 3] === 0x34
  )
}

/** cc_data() of A/53: flags and count, em_data, then the blocks. */
function appendBlocks(bytes: Uint8Array, at: number, to: number, blocks: CcBuffer): boolean {
  const count = (bytes[at] ?? 0) & 0x1f
  const first = at + 2
  if (first + count * 3 > to) return false
  for (let i = first; i < first + count * 3; i += 3) {
    blocks.append(bytes[i] ?? 0, bytes[i + 1] ?? 0, bytes[i + 2] ?? 0)
  }
  return true
}

/** SCTE 20: 26 bits a block, its bytes with their bits reversed. */
function appendScte20(
  bytes: Uint8Array,
  from: number,
  to: number,
  blocks: CcBuffer,
  topFieldFirst: boolean,
): boolean {
  let bit = from * 8
  const read = (count: number): number => {
    let value = 0
    for (let i = 0; i < count; i++, bit++) {
      value = (value << 1) | (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
    }
    return value
  }
  const count = read(5)
  if (from * 8 + 5 + count * 26 > to * 8) return false
  for (let i = 0; i < count; i++) {
    read(2)
    const fieldNumber = read(2)
    read(5)
    const first = reverseBits(read(8))
    const second = reverseBits(read(8))
    read(1)
    if (fieldNumber === 0) continue
    // 3 is the first field shown again.
    const field = ((fieldNumber - 1) & 1) ^ (topFieldFirst ? 0 : 1)
    blocks.append(0x04 | field, first, second)
  }
  return true
}

function reverseBits(byte: number): number {
  let reversed = 0
  for (let i = 0; i < 8; i++) reversed |= ((byte >> i) & 1) << (7 - i)
  return reversed
}

/** Removes the 03 of every 00 00 03 in place from `from` on; returns the new length. */
export function removeEmulationPrevention(bytes: Uint8Array, from: number, length: number): number {
  let out = from
  let zeros = 0
  for (let at = from; at < length; at++) {
    const byte = bytes[at] ?? 0
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes[out++] = byte
  }
  return out
}
