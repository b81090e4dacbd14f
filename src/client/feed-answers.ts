import type { IncomingMessage } from 'node:http'
import { problemSchema } from '../protocol/api.ts'
import { messageOf } from '../protocol/message-of.ts'

/** Milliseconds. */
export interface UploadTimes {
  readonly welcome: number
  readonly ping: number
  readonly silence: number
  readonly request: number
  readonly shortBody: number
}

/** The server does not want this feed, and trying again will not change that. */
export class RefusedError extends Error {
  override name = 'RefusedError'
}

/** How a connection ended. */
export interface Ending {
  readonly retryAfterMs: number | null
  readonly error: string | null
  /** Nothing was refused, and nothing answered: a proxy may wait for the end of the request. */
  readonly isHeldBack: boolean
  /** The welcome came while the request was still open: nothing holds requests back. */
  readonly isStreaming: boolean
}

/** Why an answer is not 200, in the server's words or, where a proxy speaks, by its number. */
export async function readRefusal(
  response: IncomingMessage,
): Promise<{ readonly status: number; readonly code: string; readonly said: string }> {
  let body = ''
  response.setEncoding('utf8')
  response.on('data', (chunk: string) => (body = (body + chunk).slice(0, 10_000)))
  await new Promise((resolve) => response.once('close', resolve))
  const problem = problemSchema.safeParse(parseJson(body))
  const status = response.statusCode ?? 0
  if (problem.success)
    return { status, code: problem.data.code, said: problem.data.detail ?? problem.data.title }
  const { location } = response.headers
  const where = location === undefined ? '' : `, and points to ${location}: is --server right?`
  return { status, code: '', said: `the server answered ${status}${where}` }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // What a proxy says in HTML is told by its status.
    return undefined
  }
}

export function explain(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ECONNREFUSED') return 'nothing listens at the server’s address'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'the server’s name is not known'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'the connection was cut'
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return 'the server cannot be reached'
  return messageOf(error)
}
