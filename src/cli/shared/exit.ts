import { messageOf } from '../../protocol/message-of.ts'

/** How `ccr` ends: 0 done, 1 failed, 2 wrong usage, 3 refused by the server. */
export const exitCodes = { done: 0, failed: 1, usage: 2, refused: 3 } as const

/** Ends the program with one sentence on stderr: what was expected, what came, what to do. */
export class ExitError extends Error {
  override name = 'ExitError'
  readonly exitCode: number

  constructor(exitCode: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exitCode = exitCode
  }
}

export function usageError(message: string): ExitError {
  return new ExitError(exitCodes.usage, message)
}

/** What went wrong, in the words of whatever said so first: an engine wraps what its server answered. */
export function firstReason(error: unknown): string {
  const said = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return messageOf(said)
}
