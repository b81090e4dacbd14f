import type { ServerResponse } from 'node:http'
import type { LiveEvent } from '../../../protocol/live/live.ts'
import { formatPosition } from '../../../protocol/position.ts'
import type { Opening, StreamFrame } from '../../core/live/live-stream.ts'
import type { ViewerSink } from '../../core/live/live-viewer.ts'

/** Texts of server-sent events, made once a frame for all who read it that way. */
const textOfFrame = new WeakMap<StreamFrame, string>()

/** A viewer on server-sent events: one channel, texts whole. */
export class EventStreamSink implements ViewerSink {
  readonly #response: ServerResponse
  #text = ''

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get waitingBytes(): number {
    return this.#response.writableLength
  }

  add(frame: StreamFrame): void {
    let known = textOfFrame.get(frame)
    if (known === undefined) {
      known = frame.events.map(formatEvent).join('')
      textOfFrame.set(frame, known)
    }
    this.#text += known
  }

  flush(): void {
    if (this.#text !== '') this.#response.write(this.#text)
    this.#text = ''
  }

  open(channel: string, _slot: number, opening: Opening): void {
    const { complete, missed, cues, drafts, state, airing } = opening
    const { position } = state
    const events: LiveEvent[] =
      missed === null
        ? [{ type: 'snapshot', channel, position, complete, cues, drafts, airing }]
        : [...missed, ...drafts.map((draft) => ({ type: 'draft' as const, channel, ...draft }))]
    this.#response.write(events.map(formatEvent).join(''))
  }

  problem(_channel: string | null, code: string, detail: string): void {
    this.#response.end(
      `event: problem\ndata: ${JSON.stringify({ type: 'problem', code, detail })}\n\n`,
    )
  }

  bye(afterMs: number): void {
    const event = { type: 'bye', after: afterMs } as const
    this.#response.end(`retry: ${afterMs}\n${formatEvent(event)}`)
  }

  heartbeat(): void {
    this.#response.write(':\n\n')
  }
}

/** Only events with a position carry an id: a browser resumes after the last it has seen. */
function formatEvent(event: LiveEvent): string {
  const id = 'position' in event ? `id: ${formatPosition(event.position)}\n` : ''
  return `event: ${event.type}\n${id}data: ${JSON.stringify(event)}\n\n`
}
