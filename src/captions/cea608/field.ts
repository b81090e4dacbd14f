import type { Cea608Channel } from './channel.ts'
import { basicCharacter, extendedCharacter, specialCharacter } from './characters.ts'
import type { XdsPackets } from './xds.ts'

/**
 * Control codes are sent twice in a row and obeyed once. Further apart than this they are two commands: the
 * other copy was lost, or the source does not double.
 */
const repeatWindowMs = 250

/** First byte of a preamble, its low three bits, and bit 5 of the second: the row, counted from 0. */
const preambleRows = [10, -1, 0, 1, 2, 3, 11, 12, 13, 14, 4, 5, 6, 7, 8, 9] as const

/** The services of one field: captions of two channels and, where wanted, their text services. */
export interface FieldServices {
  readonly captions: readonly [Cea608Channel | null, Cea608Channel | null]
  readonly texts: readonly [Cea608Channel | null, Cea608Channel | null]
  /** Field 2 only. */
  readonly xds: XdsPackets | null
}

/** Byte pairs of one field, in order, to the services they address. */
export class Cea608Field {
  readonly #services: FieldServices
  /** 0 or 1: CC1 or CC2, CC3 or CC4. Characters go to whoever was addressed last. */
  #channel = 0
  readonly #inText: [boolean, boolean] = [false, false]
  #inXds = false
  #lastPair = -1
  #lastAtMs = 0

  constructor(services: FieldServices) {
    this.#services = services
  }

  /**
   * One byte pair; false for padding. Its parity was judged by the reader that took it off a picture; in a BIN the
   * writer judged it, and CCExtractor reads what the BIN holds.
   */
  pair(first: number, second: number, atMs: number): boolean {
    const hi = first & 0x7f
    const lo = second & 0x7f
    if (hi === 0 && lo === 0) return false
    this.#obey(hi, lo, atMs)
    return true
  }

  #obey(hi: number, lo: number, atMs: number): void {
    if (hi >= 0x10 && hi < 0x20) {
      this.#inXds = false
      if (!this.#isRepeat(hi, lo, atMs)) this.#control(hi, lo, atMs)
      return
    }
    if (this.#services.xds !== null && this.#isXds(hi)) {
      this.#inXds = hi !== 0x0f
      this.#services.xds.pair(hi, lo, atMs)
      return
    }
    this.#lastPair = -1
    if (hi < 0x20) return
    const service = this.#addressed()
    if (service === null) return
    service.character(basicCharacter(hi), atMs)
    if (lo >= 0x20) service.character(basicCharacter(lo), atMs)
  }

  settle(atMs: number): void {
    for (const service of this.#services.captions) service?.settle(atMs)
    for (const service of this.#services.texts) service?.settle(atMs)
  }

  end(atMs: number): void {
    for (const service of this.#services.captions) service?.end(atMs)
    for (const service of this.#services.texts) service?.end(atMs)
  }

  #isXds(hi: number): boolean {
    return (hi > 0 && hi < 0x10) || (this.#inXds && (hi === 0 || hi >= 0x20))
  }

  /** The second of two equal codes is passed over, a third is new again. */
  #isRepeat(hi: number, lo: number, atMs: number): boolean {
    const pair = (hi << 8) | lo
    const since = atMs - this.#lastAtMs
    this.#lastAtMs = atMs
    if (pair === this.#lastPair && since <= repeatWindowMs && since >= -repeatWindowMs) {
      this.#lastPair = -1
      return true
    }
    this.#lastPair = pair
    return false
  }

  #addressed(): Cea608Channel | null {
    const services = this.#inText[this.#channel] ? this.#services.texts : this.#services.captions
    return services[this.#channel] ?? null
  }

  #control(hi: number, lo: number, atMs: number): void {
    this.#channel = hi >= 0x18 ? 1 : 0
    const code = hi & 0x17
    if (lo >= 0x40) {
      this.#preamble(code, lo)
      return
    }
    if ((code === 0x14 || code === 0x15) && lo >= 0x20 && lo < 0x30) {
      this.#miscellaneous(lo, atMs)
      return
    }
    const service = this.#addressed()
    if (service === null || lo < 0x20) return
    // A mid-row code shows as a space; the background codes of 0x10 and 0x17 change no character.
    if (code === 0x11) service.character(lo < 0x30 ? 0x20 : specialCharacter(lo), atMs)
    else if (code === 0x12 || code === 0x13) service.extended(extendedCharacter(code, lo), atMs)
    else if (code === 0x17 && lo > 0x20 && lo < 0x24) service.tab(lo - 0x20)
  }

  #preamble(code: number, lo: number): void {
    const row = preambleRows[((code & 7) << 1) | ((lo >> 5) & 1)] ?? -1
    const column = (lo & 0x10) === 0 ? 0 : ((lo >> 1) & 7) * 4
    if (row >= 0) this.#addressed()?.preamble(row, column)
  }

  #miscellaneous(lo: number, atMs: number): void {
    const channel = this.#channel
    const captions = this.#services.captions[channel] ?? null
    if (lo === 0x2a || lo === 0x2b) {
      this.#inText[channel] = true
      if (lo === 0x2a) this.#services.texts[channel]?.eraseDisplayed(atMs)
      return
    }
    // EDM and ENM touch the caption memories even while text is received; mode commands leave text.
    if (lo === 0x2c) return captions?.eraseDisplayed(atMs)
    if (lo === 0x2e) return captions?.eraseHidden()
    if (lo === 0x20 || (lo >= 0x25 && lo <= 0x27) || lo === 0x29 || lo === 0x2f) {
      this.#inText[channel] = false
    }
    const service = this.#addressed()
    if (service !== null) command(service, lo, atMs)
  }
}

function command(service: Cea608Channel, lo: number, atMs: number): void {
  switch (lo) {
    case 0x20: {
      service.resumeCaptionLoading()
      return
    }
    case 0x21: {
      service.backspace()
      return
    }
    case 0x24: {
      service.deleteToEndOfRow(atMs)
      return
    }
    case 0x25:
    case 0x26:
    case 0x27: {
      service.rollUp(lo - 0x23, atMs)
      return
    }
    case 0x28: {
      // Flash On is a spacing attribute, as mid-row codes are; CCExtractor joins the words around it.
      service.character(0x20, atMs)
      return
    }
    case 0x29: {
      service.resumeDirectCaptioning()
      return
    }
    case 0x2d: {
      service.carriageReturn(atMs)
      return
    }
    case 0x2f: {
      service.endOfCaption(atMs)
      return
    }
  }
}
