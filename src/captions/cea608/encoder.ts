import { sendingOf } from './sendings.ts'

/** Two bytes of line 21, first << 8 | second, with odd parity. */
export type Pair = number

export type Service = 'CC1' | 'CC2' | 'CC3' | 'CC4'

/** Nothing to say in this field and frame. */
export const padding: Pair = 0x8080

/** Second bytes of the miscellaneous control codes (CTA-608-E, table 52). */
const commands = {
  resumeCaptionLoading: 0x20,
  backspace: 0x21,
  deleteToEndOfRow: 0x24,
  rollUp2: 0x25,
  rollUp3: 0x26,
  rollUp4: 0x27,
  resumeDirectCaptioning: 0x29,
  eraseDisplayed: 0x2c,
  carriageReturn: 0x2d,
  eraseHidden: 0x2e,
  endOfCaption: 0x2f,
} as const

export type Command = keyof typeof commands

/** First and second byte of a preamble by row 1 … 15 (CTA-608-E, table 53). */
const preambles: readonly (readonly [number, number])[] = [
  [0x11, 0x40],
  [0x11, 0x60],
  [0x12, 0x40],
  [0x12, 0x60],
  [0x15, 0x40],
  [0x15, 0x60],
  [0x16, 0x40],
  [0x16, 0x60],
  [0x17, 0x40],
  [0x17, 0x60],
  [0x10, 0x40],
  [0x13, 0x40],
  [0x13, 0x60],
  [0x14, 0x40],
  [0x14, 0x60],
]
const italicsCode = 0x2e
const plainCode = 0x20

/** Writes one caption service as byte pairs: control codes doubled, characters two a pair. */
export class Encoder {
  readonly #channelBit: number
  readonly #isField2: boolean

  constructor(service: Service) {
    this.#channelBit = service === 'CC2' || service === 'CC4' ? 0x08 : 0
    this.#isField2 = service === 'CC3' || service === 'CC4'
  }

  command(name: Command): Pair[] {
    // Field 2 says them with another first byte, so that XDS cannot be mistaken for them.
    return this.#control(this.#isField2 ? 0x15 : 0x14, commands[name])
  }

  rollUp(depth: 2 | 3 | 4): Pair[] {
    return this.command(`rollUp${depth}`)
  }

  /** Puts the cursor at `row` 1 … 15 and column 0 … 31. */
  preamble(row: number, column = 0): Pair[] {
    const [first, second] = preambles[row - 1] ?? preambles[14] ?? [0x14, 0x60]
    const indent = Math.floor(Math.min(column, 31) / 4)
    const rest = Math.min(column, 31) % 4
    const place = this.#control(first, second + 0x10 + indent * 2)
    return rest === 0 ? place : [...place, ...this.#control(0x17, 0x20 + rest)]
  }

  /** A mid-row code: takes a column, which shows as a space. */
  style(style: 'italics' | 'plain'): Pair[] {
    return this.#control(0x11, style === 'italics' ? italicsCode : plainCode)
  }

  /** Throws RangeError for a character that line 21 does not have: samples and tests must mean what they say. */
  text(text: string): Pair[] {
    const pairs: Pair[] = []
    let half: number | undefined
    const flush = (): void => {
      if (half !== undefined) pairs.push(pair(half, 0))
      half = undefined
    }
    const basic = (code: number): void => {
      if (half === undefined) half = code
      else {
        pairs.push(pair(half, code))
        half = undefined
      }
    }
    for (const character of text) {
      const sending = sendingOf(character)
      if (sending === undefined)
        throw new RangeError(
          `line 21 has no ${character} (U+${character.codePointAt(0)?.toString(16) ?? ''})`,
        )
      if (sending.kind === 'basic') {
        basic(sending.code)
        continue
      }
      if (sending.kind === 'extended') basic(sending.fallback)
      flush()
      pairs.push(...this.#control(sending.first, sending.second))
    }
    flush()
    return pairs
  }

  #control(first: number, second: number): Pair[] {
    const code = pair(first | this.#channelBit, second)
    return [code, code]
  }
}

/** XDS classes (CTA-608-E, table 28): the start code; a continuation is one more. */
const xdsClasses = { current: 0x01, channel: 0x05 } as const

/** A whole XDS packet: programme name (current, 3), network (channel, 1), call letters (channel, 2) … */
export function encodeXds(
  of: keyof typeof xdsClasses,
  type: number,
  data: readonly number[],
): Pair[] {
  const bytes = [xdsClasses[of], type, ...data, ...(data.length % 2 === 1 ? [0] : []), 0x0f]
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.push((128 - (sum % 128)) % 128)
  const pairs: Pair[] = []
  for (let i = 0; i < bytes.length; i += 2) pairs.push(pair(bytes[i] ?? 0, bytes[i + 1] ?? 0))
  return pairs
}

export function encodeXdsText(of: keyof typeof xdsClasses, type: number, text: string): Pair[] {
  return encodeXds(of, type, Array.from(text, plainAscii))
}

export function pair(first: number, second: number): Pair {
  return (withOddParity(first) << 8) | withOddParity(second)
}

function withOddParity(byte: number): number {
  let ones = 0
  for (let bit = 0; bit < 7; bit++) ones += (byte >> bit) & 1
  return (byte & 0x7f) | (ones % 2 === 0 ? 0x80 : 0)
}

/** XDS names are plain ASCII. */
function plainAscii(character: string): number {
  const code = character.normalize('NFD').charCodeAt(0)
  return code >= 0x20 && code < 0x7f ? code : 0x20
}
