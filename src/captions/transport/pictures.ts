import { countFault } from '../faults.ts'
import { CcBuffer } from './cc-buffer.ts'
import { StartCodes } from './start-codes.ts'
import type { VideoCodec } from './tables.ts'
import { parseMpeg2UserData, parseSei, removeEmulationPrevention } from './user-data.ts'

/** The time stamps of a PES packet, 33 bits at 90 kHz. */
export interface Stamps {
  readonly pts: number
  readonly dts: number
}

export interface PictureHandler {
  /** A picture begins. Null stamps: none were sent for it; it is shown `laterBy` ticks after the last that had some. */
  begin(stamps: Stamps | null, laterBy: number): void
  /** The blocks of the picture that began last. */
  blocks(triplets: Uint8Array): void
}

const wholeUnit = Number.MAX_SAFE_INTEGER
/** temporal_reference counts modulo this. */
const temporalModulus = 1024
/** Ticks of a frame by frame_rate_code (ISO/IEC 13818-2 table 6-4). */
const frameTicks = [3003, 3754, 3750, 3600, 3003, 3000, 1800, 1502, 1500] as const

/** Cuts a video stream into pictures and takes the caption blocks out of each. */
export class Pictures {
  readonly #codec: VideoCodec
  readonly #handler: PictureHandler
  readonly #faults: Record<string, number>
  readonly #startCodes: StartCodes
  readonly #atsc = new CcBuffer()
  readonly #scte20 = new CcBuffer()
  #stamps: Stamps | null = null
  #sinceStamped = 0
  #stampedReference = 0
  #open = false
  /** H.264 and HEVC: a slice of the open picture was seen, so parameter sets and SEI belong to the next. */
  #hasSlice = false
  /** Nothing can be shown, and CCExtractor takes nothing, before the first sequence header. */
  #hasSequence = false
  #sawAtsc = false
  #topFieldFirst = true
  #ticks = 3003

  constructor(codec: VideoCodec, handler: PictureHandler, faults: Record<string, number>) {
    this.#codec = codec
    this.#handler = handler
    this.#faults = faults
    this.#startCodes = new StartCodes({
      begin: (code) => this.#begin(code),
      unit: (bytes, length) => this.#unit(bytes, length),
    })
  }

  /** Stamps of a PES packet: they are those of the first picture that begins after them. */
  stamp(stamps: Stamps): void {
    this.#stamps = stamps
  }

  push(bytes: Uint8Array, from: number, to: number): void {
    this.#startCodes.push(bytes, from, to)
  }

  /** Packets were lost. */
  lost(): void {
    this.#startCodes.reset()
    // Whatever begins next may be another picture.
    this.#hasSlice = true
  }

  end(): void {
    this.#startCodes.end()
    this.#close()
  }

  #begin(code: number): number {
    if (this.#codec === 'mpeg-2') return this.#beginMpeg2(code)
    const type = this.#codec === 'h.264' ? code & 0x1f : (code >> 1) & 0x3f
    return this.#codec === 'h.264' ? this.#beginH264(type) : this.#beginHevc(type)
  }

  #beginMpeg2(code: number): number {
    if (code === 0xb3 || code === 0xb8) {
      this.#hasSequence = true
      this.#close()
      return code === 0xb3 ? 5 : 0
    }
    // The header's temporal reference and the coding extension's field order stand in the first bytes.
    if (code === 0x00) return 3
    if (code === 0xb5) return 6
    return code === 0xb2 && this.#open ? wholeUnit : 0
  }

  #beginH264(type: number): number {
    // A slice: its first byte tells whether it is a picture's first.
    if (type === 1 || type === 5) return 2
    const opensPicture = (type >= 6 && type <= 9) || (type >= 14 && type <= 18)
    if (!opensPicture) return 0
    this.#mayOpen()
    if (type === 7) this.#hasSequence = true
    return type === 6 && this.#hasSequence ? wholeUnit : 0
  }

  #beginHevc(type: number): number {
    if (type < 32) return 3
    const opensPicture = (type >= 32 && type <= 35) || type === 39
    if (opensPicture) this.#mayOpen()
    if (type === 33) this.#hasSequence = true
    return (type === 39 || type === 40) && this.#hasSequence ? wholeUnit : 0
  }

  #unit(bytes: Uint8Array, length: number): void {
    if (this.#codec === 'mpeg-2') this.#unitMpeg2(bytes, length)
    else if (this.#codec === 'h.264') this.#unitNal(bytes, length, 1)
    else this.#unitNal(bytes, length, 2)
  }

  #unitMpeg2(bytes: Uint8Array, length: number): void {
    const code = bytes[0] ?? 0
    if (code === 0x00) {
      if (length < 3) return
      this.#openPicture(((bytes[1] ?? 0) << 2) | ((bytes[2] ?? 0) >> 6))
    } else if (code === 0xb3) {
      this.#ticks = frameTicks[(bytes[4] ?? 0) & 0x0f] ?? this.#ticks
    } else if (code === 0xb5) {
      // Picture coding extension (8): top_field_first is bit 7 of its fourth byte.
      if ((bytes[1] ?? 0) >> 4 === 8) this.#topFieldFirst = ((bytes[4] ?? 0) & 0x80) !== 0
    } else {
      this.#count(
        parseMpeg2UserData(bytes, 1, length, this.#atsc, this.#scte20, this.#topFieldFirst),
      )
    }
  }

  #unitNal(bytes: Uint8Array, length: number, headerBytes: number): void {
    const code = bytes[0] ?? 0
    const isSlice = headerBytes === 1 ? (code & 0x1f) !== 6 : ((code >> 1) & 0x3f) < 32
    if (isSlice) {
      // first_mb_in_slice = 0, first_slice_segment_in_pic_flag: both are a leading 1.
      if (((bytes[headerBytes] ?? 0) & 0x80) !== 0) this.#mayOpen()
      else if (!this.#open) this.#openPicture(null)
      this.#hasSlice = true
      return
    }
    const end = removeEmulationPrevention(bytes, headerBytes, length)
    this.#count(parseSei(bytes.subarray(headerBytes, end), end - headerBytes, this.#atsc))
  }

  #mayOpen(): void {
    if (!this.#open || this.#hasSlice) this.#openPicture(null)
  }

  #openPicture(reference: number | null): void {
    this.#close()
    const stamps = this.#stamps
    this.#stamps = null
    if (stamps !== null) {
      this.#sinceStamped = 0
      this.#stampedReference = reference ?? 0
    } else {
      this.#sinceStamped++
    }
    this.#handler.begin(stamps, this.#laterBy(reference))
    this.#open = true
    this.#hasSlice = false
  }

  /**
   * Of pictures without stamps of their own: the second is the other field of the first (one time, as CCExtractor
   * has it); more are pictures in the order they come, and in MPEG-2 the header tells their place.
   */
  #laterBy(reference: number | null): number {
    if (reference === null) return this.#sinceStamped < 2 ? 0 : this.#sinceStamped * this.#ticks
    const half = temporalModulus / 2
    const later = (reference - this.#stampedReference + half + temporalModulus) % temporalModulus
    return (later - half) * this.#ticks
  }

  #close(): void {
    if (!this.#open) return
    this.#open = false
    // A stream with both sends the same captions twice.
    if (this.#sawAtsc) this.#scte20.clear()
    const blocks = this.#atsc.isEmpty ? this.#scte20 : this.#atsc
    if (this.#hasSequence && !blocks.isEmpty) this.#handler.blocks(blocks.take())
    this.#atsc.clear()
    this.#scte20.clear()
  }

  #count(kind: string): void {
    if (kind === 'atsc') this.#sawAtsc = true
    if (kind === 'damaged') countFault(this.#faults, 'ts-caption-block')
  }
}
