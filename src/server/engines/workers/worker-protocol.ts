import { CcrError, codes, type Code } from '../../../protocol/codes.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Trouble } from '../sqlite/volumes/troubles.ts'

/** What crosses between a worker thread and the main one. */

/** The calls of a worker: name → what it takes and what it answers. */
export type Calls = Readonly<Record<string, readonly [input: unknown, output: unknown]>>

export interface CallMessage {
  readonly id: number
  readonly name: string
  readonly input: unknown
}

export type AnswerMessage =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly code: Code; readonly message: string }

export type WorkerMessage =
  | { readonly type: 'ready' }
  /** The worker cannot work at all: opening failed for a reason that trying again does not mend. */
  | { readonly type: 'failed'; readonly message: string }
  /** The storage itself is lost: nothing may go on that relies on it. */
  | { readonly type: 'fatal'; readonly message: string }
  /** What of the archive cannot be read now: all of it, each time that it changes. */
  | { readonly type: 'troubles'; readonly troubles: readonly Trouble[] }
  | { readonly type: 'answers'; readonly answers: readonly AnswerMessage[] }
  | { readonly type: 'problem'; readonly problem: string | null }

/** An error as the other side will see it. */
export function errorAnswer(id: number, error: unknown): AnswerMessage {
  const message = messageOf(error)
  return { id, ok: false, code: error instanceof CcrError ? error.code : 'internal', message }
}

export function answerError({ code, message }: AnswerMessage & { ok: false }): CcrError {
  return new CcrError(code in codes ? code : 'internal', message)
}
