import type { z } from 'zod'
import { messageOf } from '../../protocol/message-of.ts'
import { problemSchema } from '../../protocol/api.ts'
import { ExitError, exitCodes } from './exit.ts'
import { apiAddress, parseServer } from './server-address.ts'

export interface ServerFlags {
  readonly server: string
  readonly token?: string
}

/**
 * What the server says at a path of its API; a `body` is posted, unless `method` says otherwise; nothing is null. Ends with 3 when the server refuses, and with 1 when it
 * cannot be reached or understood.
 */
export async function askServer<S extends z.ZodType>(
  { server, token }: ServerFlags,
  path: string,
  schema: S,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<z.output<S>> {
  const url = apiAddress(parseServer(server), path)
  let answer
  try {
    answer = await fetch(url, {
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    const reason = messageOf(cause)
    throw new ExitError(exitCodes.failed, `${url.origin} cannot be reached: ${reason}`)
  }
  const said: unknown = answer.status === 204 ? null : await answer.json().catch(() => undefined)
  if (!answer.ok) {
    const problem = problemSchema.safeParse(said)
    const why = problem.success
      ? (problem.data.detail ?? problem.data.title)
      : `the server answered ${answer.status}`
    throw new ExitError(answer.status < 500 ? exitCodes.refused : exitCodes.failed, why)
  }
  const parsed = schema.safeParse(said)
  if (parsed.success) return parsed.data
  throw new ExitError(exitCodes.failed, `${url.origin} answered something else than was asked`)
}
