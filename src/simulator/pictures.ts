/**
 * Pictures that carry captions and nothing to see, in the three codecs of television. Their headers are true in all
 * that others go by to put pictures in order.
 */

export type VideoCodec = 'mpeg-2' | 'h.264' | 'hevc'
export type PictureType = 'I' | 'P' | 'B'

export interface Picture {
  readonly type: PictureType
  /** Its place in its group of pictures, in order of presentation. */
  readonly place: number
  /** Reference pictures of the group before it, modulo 256. */
  readonly frameNumber: number
  readonly triplets: Uint8Array
  /** MPEG-2 and H.264: one field of a frame in a picture of its own. */
  readonly field?: 1 | 2 | undefined
  /** H.264: each block in a SEI unit of its own. */
  readonly isSplit?: boolean | undefined
}

/** The parts of a picture in order: what comes before its slices (captions with it), and the slices. */
export interface PictureParts {
  readonly head: number[]
  readonly slices: number[]
}

export function pictureParts(codec: VideoCodec, picture: Picture): PictureParts {
  if (codec === 'mpeg-2') return mpeg2(picture)
  return codec === 'h.264' ? h264(picture) : hevc(picture)
}

/** cc_data of ATSC A/53 part 4, from its identifier on. */
function captionData(triplets: Uint8Array): number[] {
  const count = triplets.length / 3
  return [0x47, 0x41, 0x39, 0x34, 0x03, 0x40 | count, 0xff, ...triplets, 0xff]
}

const filler = [0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f]

function mpeg2({ type, place, triplets, field }: Picture): PictureParts {
  const code = { I: 1, P: 2, B: 3 }[type]
  // 720 × 480, 29.97 frames a second, main profile; then a group of pictures.
  const sequence = [
    ...[0, 0, 1, 0xb3, 0x2d, 0x01, 0xe0, 0x34, 0xff, 0xff, 0xe0, 0x18],
    ...[0, 0, 1, 0xb5, 0x14, 0x8a, 0x00, 0x01, 0x00, 0x00],
    ...[0, 0, 1, 0xb8, 0x00, 0x08, 0x00, 0x40],
  ]
  const header = [0, 0, 1, 0, place >> 2, ((place & 3) << 6) | (code << 3), 0xff, 0xf8]
  if (type !== 'I') header.push(0x80)
  const coding = [0, 0, 1, 0xb5, 0x8f, 0xff, 0xf0 | (field ?? 3), field === undefined ? 0xc1 : 0x41]
  const userData = triplets.length === 0 ? [] : [0, 0, 1, 0xb2, ...captionData(triplets)]
  return {
    head: [
      ...(type === 'I' && field !== 2 ? sequence : []),
      ...header,
      ...coding,
      0x80,
      ...userData,
    ],
    slices: [0, 0, 1, 1, 0x13, 0xf8, ...filler],
  }
}

function h264({
  type,
  place,
  frameNumber,
  triplets,
  field,
  isSplit = false,
}: Picture): PictureParts {
  const parts = isSplit ? blocksOf(triplets) : [triplets]
  const sei = parts
    .filter((part) => part.length > 0)
    .flatMap((part) => unit([0x06], seiMessage(captionData(part))))
  const sets =
    type === 'I' && field !== 2
      ? [
          ...unit([0x67], sequenceParameters(field !== undefined)),
          ...unit([0x68], pictureParameters()),
        ]
      : []
  const slice = new Bits()
  slice.unsigned(0)
  slice.unsigned({ I: 7, P: 5, B: 6 }[type])
  slice.unsigned(0)
  slice.fixed(frameNumber & 0xff, 8)
  if (field !== undefined) slice.fixed(field === 1 ? 0b10 : 0b11, 2)
  slice.fixed((2 * place) & 0xff, 8)
  return {
    head: [...unit([0x09], [0xf0]), ...sets, ...sei],
    slices: unit([type === 'B' ? 0x01 : 0x41], [...slice.end(), ...filler]),
  }
}

function hevc({ type, triplets }: Picture): PictureParts {
  const sets =
    type === 'I'
      ? [
          ...unit([0x40, 1], [0x0c, 1]),
          ...unit([0x42, 1], [1, 1]),
          ...unit([0x44, 1], [0xc0, 0xf3]),
        ]
      : []
  const sei = triplets.length === 0 ? [] : unit([0x4e, 1], seiMessage(captionData(triplets)))
  return {
    head: [...unit([0x46, 1], [0x50]), ...sets, ...sei],
    slices: unit([type === 'I' ? 0x26 : 0x02, 1], [0xa0, ...filler]),
  }
}

/** user_data_registered_itu_t_t35 of the United States and ATSC. */
function seiMessage(data: readonly number[]): number[] {
  return [4, data.length + 3, 0xb5, 0x00, 0x31, ...data, 0x80]
}

/** High profile, 352 × 240, pictures numbered in 8 bits, order of presentation in 8 bits. */
function sequenceParameters(hasFields: boolean): number[] {
  const bits = new Bits()
  bits.fixed(77, 8)
  bits.fixed(0, 8)
  bits.fixed(40, 8)
  for (const value of [0, 4, 0, 4, 2]) bits.unsigned(value)
  bits.fixed(0, 1)
  bits.unsigned(21)
  bits.unsigned(hasFields ? 7 : 14)
  if (hasFields) bits.fixed(0b00, 2)
  else bits.fixed(1, 1)
  bits.fixed(0b100, 3)
  return bits.end()
}

function pictureParameters(): number[] {
  const bits = new Bits()
  bits.unsigned(0)
  bits.unsigned(0)
  bits.fixed(0, 2)
  for (const value of [0, 0, 0]) bits.unsigned(value)
  bits.fixed(0, 3)
  for (const value of [0, 0, 0]) bits.unsigned(value)
  bits.fixed(0b100, 3)
  return bits.end()
}

function unit(header: readonly number[], payload: readonly number[]): number[] {
  const out = [0, 0, 0, 1, ...header]
  let zeros = 0
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    out.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return out
}

export function blocksOf(triplets: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let at = 0; at < triplets.length; at += 3) blocks.push(triplets.subarray(at, at + 3))
  return blocks
}

/** Fixed and Exp-Golomb codes. */
class Bits {
  readonly #bits: number[] = []

  fixed(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) this.#bits.push((value >> i) & 1)
  }

  unsigned(value: number): void {
    const length = Math.floor(Math.log2(value + 1))
    this.fixed(0, length)
    this.fixed(value + 1, length + 1)
  }

  /** With the stop bit, filled up to a byte. */
  end(): number[] {
    const bits = [...this.#bits, 1]
    while (bits.length % 8 !== 0) bits.push(0)
    const bytes: number[] = []
    for (let at = 0; at < bits.length; at += 8) {
      bytes.push(bits.slice(at, at + 8).reduce((byte, bit) => (byte << 1) | bit, 0))
    }
    return bytes
  }
}
