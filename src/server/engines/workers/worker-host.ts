import { parentPort } from 'node:worker_threads'
import {
  errorAnswer,
  type AnswerMessage,
  type CallMessage,
  type Calls,
  type WorkerMessage,
} from './worker-protocol.ts'

/** Answers calls one by one; `defer` holds the answer back until it is called. */
export type Handlers<C extends Calls> = {
  readonly [N in keyof C]: (input: C[N][0]) => C[N][1]
}

/** The worker's end: what the main thread has sent, and the way back. */
export interface Port {
  post(message: WorkerMessage, moved?: readonly ArrayBuffer[]): void
}

export function openPort(): Port {
  const port = parentPort
  if (port === null) throw new Error('this file is the entry of a worker thread')
  return { post: (message, moved = []) => port.postMessage(message, moved) }
}

/** Hands every message's calls to `receive` until the main thread closes the worker. */
export function serveCalls(
  receive: (calls: readonly CallMessage[]) => void,
  close: () => void,
): void {
  parentPort?.on('message', (message: readonly CallMessage[] | 'close') => {
    if (message !== 'close') {
      receive(message)
      return
    }
    close()
    parentPort?.close()
  })
}

/**
 * Serves calls whose handlers answer at once; `fatal` says of an error why nothing can go on after it, `moved` which
 * bytes of an answer are handed over instead of copied.
 */
export function serveHandlers<C extends Calls>(
  handlers: Handlers<C>,
  close: () => void,
  fatal: (error: unknown, call: string) => string | undefined,
  moved: (value: unknown) => readonly ArrayBuffer[] = () => [],
): void {
  const port = openPort()
  const answer = (call: CallMessage): AnswerMessage => {
    try {
      const handler = handlers[call.name]
      if (handler === undefined) throw new Error(`no such call: ${call.name}`)
      return { id: call.id, ok: true, value: handler(call.input) }
    } catch (error) {
      const message = fatal(error, call.name)
      if (message !== undefined) port.post({ type: 'fatal', message })
      return errorAnswer(call.id, error)
    }
  }
  serveCalls((calls) => {
    for (const call of calls) {
      const given = answer(call)
      port.post({ type: 'answers', answers: [given] }, given.ok ? moved(given.value) : [])
    }
  }, close)
  port.post({ type: 'ready' })
}
