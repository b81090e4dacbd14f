import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import type { Problem } from '../../protocol/api.ts'
import { CcrError, codes, type Code } from '../../protocol/codes.ts'
import type { Logger } from '../ports/telemetry.ts'

export const problemType = 'application/problem+json; charset=utf-8'

/** The RFC 9457 document of an error; only what a stranger may know. */
export function formatProblem(error: CcrError): Problem {
  const { status, says } = codes[error.code]
  return {
    type: `about:blank#${error.code}`,
    title: says,
    status,
    code: error.code,
    ...(error.message === says ? {} : { detail: error.message }),
    ...(error.at === undefined ? {} : { at: error.at }),
  }
}

/** Every error a route throws ends here: known ones are told, unknown ones are logged and called internal. */
export function createErrorHandler(logger: Logger) {
  return function handleError(
    error: FastifyError | CcrError | Error,
    request: Pick<FastifyRequest, 'method' | 'routeOptions'>,
    reply: FastifyReply,
  ): void {
    const known = toCcrError(error)
    if (known.code === 'internal')
      logger.error(
        { err: error, method: request.method, route: request.routeOptions.url },
        'internal',
      )
    sendProblem(reply, known)
  }
}

export function sendProblem(reply: FastifyReply, error: CcrError): void {
  const problem = formatProblem(error)
  if (error.code === 'unauthorized') reply.header('www-authenticate', 'Bearer')
  void reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type(problemType)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem)
}

function toCcrError(error: Error): CcrError {
  if (error instanceof CcrError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const detail = error.validation
      .map(({ instancePath, message }) => `${instancePath.slice(1) || 'request'}: ${message ?? ''}`)
      .join('; ')
    return new CcrError('bad-request', detail.slice(0, 1000), { cause: error })
  }
  const status =
    'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500
  return status < 500
    ? new CcrError(codeOf(status), error.message.slice(0, 500), { cause: error })
    : new CcrError('internal', undefined, { cause: error })
}

function codeOf(status: number): Code {
  if (status === 404) return 'not-found'
  if (status === 413) return 'too-large'
  if (status === 415) return 'unsupported-media-type'
  return 'bad-request'
}
