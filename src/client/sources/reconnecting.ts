import { setTimeout as pause } from 'node:timers/promises'
import { messageOf } from '../../protocol/message-of.ts'
import type { Source, SourcePiece, TellTrouble } from './source.ts'

/** Waits between attempts grow from the first to the last of these. */
const firstWaitMs = 1000
const longestWaitMs = 30_000

/** What went wrong with one attempt, in the operator's words; the next one follows. */
export class LostSource extends Error {
  override name = 'LostSource'
}

/** One attempt: ends when the source does, throws LostSource when it is known why. */
export type Attempt = (signal: AbortSignal, tell: TellTrouble) => AsyncIterable<SourcePiece>

/** Attempts one after another until the signal aborts; each that delivered something begins the waits anew. */
export function reconnecting(attempt: Attempt): Source['open'] {
  return async function* (signal, tell) {
    const isOver = (): boolean => signal.aborted
    let waitMs = firstWaitMs
    while (!isOver()) {
      let trouble = 'the stream has ended'
      try {
        for await (const chunk of attempt(signal, tell)) {
          waitMs = firstWaitMs
          // What it says beside captions is no sign that any come.
          if (chunk instanceof Uint8Array || chunk.note === 'segment') tell(null)
          yield chunk
        }
      } catch (error) {
        trouble = wordsOf(error)
      }
      if (isOver()) return
      await wait(waitMs, trouble, tell, signal)
      waitMs = Math.min(longestWaitMs, waitMs * 2)
    }
  }
}

async function wait(
  ms: number,
  trouble: string,
  tell: TellTrouble,
  signal: AbortSignal,
): Promise<void> {
  tell(`${trouble}; trying again in ${Math.round(ms / 1000)} s`)
  // Many tuners that lost one server do not come back to it in the same moment.
  const jittered = ms * (0.75 + Math.random() / 2)
  await pause(jittered, undefined, { signal }).catch(() => undefined)
}

function wordsOf(error: unknown): string {
  return error instanceof LostSource ? error.message : reasonOf(error)
}

/** Of failures of the network: fetch hides what happened in its cause. */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (inner instanceof Error && inner.name === 'TimeoutError')
    return 'that machine does not answer in time'
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : ''
  return known[code] ?? messageOf(inner)
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there (connection refused)',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'that machine cannot be reached',
  ENETUNREACH: 'that network cannot be reached',
  ENOTFOUND: 'there is no machine of that name',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'that machine does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'that machine does not answer',
  UND_ERR_SOCKET: 'the connection was cut',
}
