/**
 * Every error a peer can meet, in one table: HTTP status, WebSocket close code (4000–4499 come back,
 * 4500–4999 do not), whether trying again can help, and the sentence people read. docs/errors.md
 * has a section per code.
 */
export const codes = {
  'bad-request': {
    status: 400,
    close: 4500,
    retryable: false,
    says: 'The request is not understood.',
  },
  'bad-line': {
    status: 400,
    close: 4500,
    retryable: false,
    says: 'A line of the feed is not a valid event.',
  },
  'line-too-long': {
    status: 413,
    close: 4500,
    retryable: false,
    says: 'A line of the feed is longer than 1 MiB.',
  },
  'no-producer': {
    status: 400,
    close: 4500,
    retryable: false,
    says: 'A feed needs the header Ccr-Producer with a UUID.',
  },
  'sequence-gap': {
    status: 409,
    close: 4500,
    retryable: true,
    says: 'An event is missing before this one.',
  },
  unauthorized: { status: 401, close: 4501, retryable: false, says: 'A valid token is needed.' },
  forbidden: {
    status: 403,
    close: 4503,
    retryable: false,
    says: 'This token does not allow that.',
  },
  'cross-site': {
    status: 403,
    close: 4506,
    retryable: false,
    says: 'Another site’s page may not do this.',
  },
  'link-expired': {
    status: 410,
    close: 4511,
    retryable: false,
    says: 'This link was used already, or has expired.',
  },
  'sign-in-failed': {
    status: 403,
    close: 4507,
    retryable: false,
    says: 'That did not sign you in.',
  },
  'last-admin': {
    status: 409,
    close: 4508,
    retryable: false,
    says: 'Nobody could administer this server any more.',
  },
  'rights-changed': {
    status: 409,
    close: 4010,
    retryable: true,
    says: 'What you may do has changed; come back.',
  },
  'not-found': {
    status: 404,
    close: 4504,
    retryable: false,
    says: 'There is nothing at this address.',
  },
  'unknown-channel': {
    status: 404,
    close: 4504,
    retryable: false,
    says: 'There is no such channel.',
  },
  'position-lost': {
    status: 410,
    close: 4510,
    retryable: false,
    says: 'The log is no longer kept back to this position.',
  },
  'method-not-allowed': {
    status: 405,
    close: 4505,
    retryable: false,
    says: 'This address does not take that method.',
  },
  'channel-busy': {
    status: 409,
    close: 4009,
    retryable: true,
    says: 'Another producer is feeding this channel.',
  },
  fenced: {
    status: 409,
    close: 4009,
    retryable: true,
    says: 'A newer connection of the same producer has taken over.',
  },
  conflict: { status: 409, close: 4509, retryable: false, says: 'That exists already.' },
  'too-large': { status: 413, close: 4513, retryable: false, says: 'The request is too large.' },
  'range-not-satisfiable': {
    status: 416,
    close: 4516,
    retryable: false,
    says: 'The file has no bytes there.',
  },
  'unsupported-media-type': {
    status: 415,
    close: 4515,
    retryable: false,
    says: 'The body has a type this address does not take.',
  },
  'too-many-requests': {
    status: 429,
    close: 4029,
    retryable: true,
    says: 'Too many requests from this address.',
  },
  idle: { status: 408, close: 4008, retryable: true, says: 'Nothing was heard for too long.' },
  draining: {
    status: 503,
    close: 4013,
    retryable: true,
    says: 'This server is going away; come back.',
  },
  'other-node': {
    status: 503,
    close: 4015,
    retryable: true,
    says: 'This node does not do that; others do.',
  },
  'storage-unavailable': {
    status: 503,
    close: 4014,
    retryable: true,
    says: 'The storage cannot be used at present.',
  },
  'storage-damaged': {
    status: 500,
    close: 4514,
    retryable: false,
    says: 'A part of the archive cannot be read.',
  },
  internal: {
    status: 500,
    close: 4000,
    retryable: true,
    says: 'Something went wrong on the server.',
  },
} as const satisfies Record<string, ErrorCode>

export interface ErrorCode {
  readonly status: number
  readonly close: number
  readonly retryable: boolean
  readonly says: string
}

export type Code = keyof typeof codes

/** An error that a peer may be told of; `message` is shown, `cause` is only logged. */
export class CcrError extends Error {
  override name = 'CcrError'
  readonly code: Code
  /** The character of a query that it is about, from 0. */
  readonly at: number | undefined

  constructor(code: Code, detail?: string, options?: ErrorOptions & { readonly at?: number }) {
    super(detail ?? codes[code].says, options)
    this.code = code
    this.at = options?.at
  }
}

export function isStorageDown(error: unknown): boolean {
  return error instanceof CcrError && error.code === 'storage-unavailable'
}
