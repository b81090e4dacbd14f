import { decodeCaption } from '../../src/protocol/caption-code.ts'

/** A draft or cue as a viewer heard it. */
export interface Heard {
  readonly type: 'draft' | 'cue'
  readonly channel: string
  readonly id: number
  readonly text: string
}

interface Held {
  readonly channel: string
  epoch: string
  seq: number
  id: number
  text: string
  startMs: number
  clockMs: number
}

interface Whole {
  readonly type: string
  readonly id: number
  readonly text: string
  readonly start: string
  readonly end: string
  readonly position: { readonly seq: number }
}

interface Opening {
  readonly type: string
  readonly slot: number
  readonly channel: string
  readonly complete?: boolean
  readonly events?: readonly Whole[]
  readonly state: {
    readonly clockMs: number
    readonly position: { readonly epoch: string; readonly seq: number }
    readonly tracks: readonly {
      readonly id: number
      readonly draft: { readonly startMs: number; readonly text: string } | null
    }[]
  }
}

/**
 * A second reading of docs/protocol.md, "Live": only what a channel with one track needs, in bytes, because ten
 * thousand viewers share a core here.
 */
export class FrameReader {
  readonly #heard: (said: Heard) => void
  readonly #held = new Map<number, Held>()
  /** Snapshots that did not tell everything since the asked position. */
  incomplete = 0

  constructor(heard: (said: Heard) => void) {
    this.#heard = heard
  }

  /** Where each channel stands, to come back to. */
  get positions(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#held.values()].map(({ channel, epoch, seq }) => [channel, `${epoch}.${seq}`]),
    )
  }

  /** A text message; true when it opened a channel. */
  text(json: string): boolean {
    const message = JSON.parse(json) as Opening
    if (message.type !== 'snapshot' && message.type !== 'resumed') return false
    const { slot, channel, state, events = [], complete = true } = message
    if (!complete) this.incomplete++
    for (const { type, id, text } of events)
      if (type === 'cue') this.#heard({ type, channel, id, text })
    const [track] = state.tracks
    const { id = 0, draft } = track ?? {}
    this.#held.set(slot, {
      ...{ channel, ...state.position, id, text: draft?.text ?? '' },
      ...{ startMs: draft?.startMs ?? 0, clockMs: state.clockMs },
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
    const text = (length: number): string => decodeCaption(bytes, at, (at += length)) ?? ''
    const json = (length: number): string => bytes.toString('utf8', at, (at += length))
    while (at < bytes.length) {
      const head = bytes[at++] ?? 0
      const slot = head < 0xc0 ? head & 0xf : head === 0xfe ? varint() : head - 0xc0
      const held = this.#held.get(slot)
      if (held === undefined) throw new Error('a slot that was not opened')
      const op = head < 0xc0 ? (head >> 4) + 1 : (bytes[at++] ?? 0)
      if (op <= 0xbf) {
        held.text += text(op)
        this.#tell('draft', held)
      } else if (op === 0xc0) {
        const keep = varint()
        held.text = held.text.slice(0, keep) + text(varint())
        this.#tell('draft', held)
      } else if (op === 0xc1 || op === 0xc7) {
        held.id += op === 0xc1 ? 1 : varint()
        const n = varint()
        held.startMs = held.clockMs + (n % 2 === 1 ? -(n + 1) / 2 : n / 2)
        held.clockMs = held.startMs
        held.text = text(varint())
        this.#tell('draft', held)
      } else if (op === 0xc2 || op === 0xc3) {
        held.seq += op === 0xc3 ? varint() : 1
        held.clockMs = held.startMs + varint()
        this.#tell('cue', held)
      } else if (op === 0xc4) varint()
      else if (op === 0xc8) held.seq += varint()
      else if (op === 0xc6) this.#whole(held, json(varint()))
    }
  }

  #tell(type: 'draft' | 'cue', { channel, id, text }: Held): void {
    this.#heard({ type, channel, id, text })
  }

  #whole(held: Held, json: string): void {
    const event = JSON.parse(json) as Whole
    if (event.type === 'draft') {
      held.startMs = held.clockMs = Date.parse(event.start)
      held.id = event.id
      held.text = event.text
      this.#tell('draft', held)
    } else {
      held.seq = event.position.seq
      if (event.type !== 'cue') return
      held.id = event.id
      held.text = event.text
      held.clockMs = Date.parse(event.end)
      this.#tell('cue', held)
    }
  }
}
