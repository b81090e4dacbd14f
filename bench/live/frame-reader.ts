/** A cue as a viewer heard it. */
export interface Heard {
  readonly channel: string
  readonly id: number
  readonly text: string
  readonly endMs: number
}

interface Held {
  readonly channel: string
  id: number
  text: string
  startMs: number
  clockMs: number
}

/**
 * A second reading of docs/protocol.md, "Live": only what a channel with one track needs, in bytes, because ten
 * thousand viewers share a core here.
 */
export class FrameReader {
  readonly #heard: (cue: Heard) => void
  readonly #held = new Map<number, Held>()

  constructor(heard: (cue: Heard) => void) {
    this.#heard = heard
  }

  /** A text message; true when it opened a channel. */
  text(json: string): boolean {
    const message = JSON.parse(json) as {
      type: string
      slot: number
      channel: string
      state: {
        clockMs: number
        tracks: { id: number; draft: { startMs: number; text: string } | null }[]
      }
    }
    if (message.type !== 'snapshot') return false
    const { slot, channel, state } = message
    const [track] = state.tracks
    const { id = 0, draft } = track ?? {}
    this.#held.set(slot, {
      ...{
        channel,
        id,
        text: draft?.text ?? '',
        startMs: draft?.startMs ?? 0,
        clockMs: state.clockMs,
      },
    })
    return true
  }

  read(bytes: Buffer): void {
    let at = 0
    const varint = (): number => {
      let value = 0
      let scale = 1
      for (;;) {
        const byte = bytes[at++] ?? 0
        value += (byte & 0x7f) * scale
        if (byte < 0x80) return value
        scale *= 0x80
      }
    }
    const text = (length: number): string => bytes.toString('utf8', at, (at += length))
    while (at < bytes.length) {
      const head = bytes[at++] ?? 0
      const slot = head < 0xc0 ? head & 0xf : head === 0xfe ? varint() : head - 0xc0
      const held = this.#held.get(slot)
      if (held === undefined) throw new Error('a slot that was not opened')
      const op = head < 0xc0 ? (head >> 4) + 1 : (bytes[at++] ?? 0)
      if (op <= 0xbf) held.text += text(op)
      else if (op === 0xc0) {
        const keep = varint()
        held.text = held.text.slice(0, keep) + text(varint())
      } else if (op === 0xc1 || op === 0xc7) {
        held.id += op === 0xc1 ? 1 : varint()
        const n = varint()
        held.startMs = held.clockMs + (n % 2 === 1 ? -(n + 1) / 2 : n / 2)
        held.clockMs = held.startMs
        held.text = text(varint())
      } else if (op === 0xc2 || op === 0xc3) {
        if (op === 0xc3) varint()
        held.clockMs = held.startMs + varint()
        this.#heard({ channel: held.channel, id: held.id, text: held.text, endMs: held.clockMs })
      } else if (op === 0xc4 || op === 0xc8) varint()
      else if (op === 0xc6) this.#whole(held, text(varint()))
    }
  }

  #whole(held: Held, json: string): void {
    const event = JSON.parse(json) as {
      type: string
      id: number
      text: string
      start: string
      end: string
    }
    if (event.type === 'draft') {
      held.startMs = held.clockMs = Date.parse(event.start)
      held.id = event.id
      held.text = event.text
    } else if (event.type === 'cue') {
      held.id = event.id
      held.clockMs = Date.parse(event.end)
      this.#heard({ channel: held.channel, id: event.id, text: event.text, endMs: held.clockMs })
    }
  }
}
