const notice = Buffer.from('Received SIGTERM, terminating as soon as possible.')
const lineFeed = 0x0a

/** Takes out of a ccextractor’s output what it says there, between captions, when somebody asks it to end. */
export class NoticeStripper {
  #held = Buffer.alloc(0)
  /** Its line feed is still to come. */
  #isAfterNotice = false

  push(chunk: Uint8Array): Uint8Array {
    const bytes = this.#held.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#held, chunk])
    const kept: Buffer[] = []
    let from = this.#isAfterNotice && bytes[0] === lineFeed ? 1 : 0
    if (bytes.length > 0) this.#isAfterNotice = false
    for (let at = bytes.indexOf(notice, from); at >= 0; at = bytes.indexOf(notice, from)) {
      kept.push(bytes.subarray(from, at))
      from = at + notice.length
      if (bytes[from] === lineFeed) from++
      else this.#isAfterNotice = from === bytes.length
    }
    // What may be its beginning waits for what follows.
    const end = bytes.length - heldBack(bytes.subarray(from))
    kept.push(bytes.subarray(from, end))
    this.#held = bytes.subarray(end)
    return kept.length === 1 ? (kept[0] ?? bytes) : Buffer.concat(kept)
  }

  end(): Uint8Array {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    return rest
  }
}

function heldBack(bytes: Buffer): number {
  for (let length = Math.min(notice.length - 1, bytes.length); length > 0; length--)
    if (notice.subarray(0, length).equals(bytes.subarray(bytes.length - length))) return length
  return 0
}
