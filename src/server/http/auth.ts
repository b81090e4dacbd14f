import type { FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import { view, type Reader, type View } from '../../policy/view.ts'
import { CcrError } from '../../protocol/codes.ts'
import type { ChannelRecord, Directory, Scope } from '../ports/directory.ts'

/** A presented and accepted credential. */
export interface Credential {
  readonly id: string
  readonly scope: Scope
  /** The token itself, to be checked again while a connection stays open. */
  readonly token: string
}

/** The token of `Authorization: Bearer`; undefined when there is none. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S{1,200}) *$/i.exec(headers.authorization ?? '')?.[1]
}

/** `unauthorized` (CcrError) when a token is presented and not valid: silence would hide a typing error. */
export function checkToken(
  directory: Directory,
  token: string | undefined,
): Credential | undefined {
  if (token === undefined) return undefined
  const known = directory.check(token)
  if (known === undefined)
    throw new CcrError('unauthorized', 'The token is not known, has expired, or was revoked.')
  return { ...known, token }
}

export function readerOf(credential: Credential | undefined): Reader {
  if (credential === undefined) return { kind: 'anonymous' }
  const { scope } = credential
  if (scope === 'admin') return { kind: 'admin' }
  if (scope === 'read') return { kind: 'reader' }
  return { kind: 'feeder', channel: scope.feed }
}

/** Who asks and what they may have; one for a server. */
export class Access {
  readonly #directory: Directory

  constructor(directory: Directory) {
    this.#directory = directory
  }

  credential(request: FastifyRequest): Credential | undefined {
    return checkToken(this.#directory, bearerToken(request.headers))
  }

  reader(request: FastifyRequest): Reader {
    return readerOf(this.credential(request))
  }

  /** The channel and what the reader may have of it; `unknown-channel`, or `unauthorized` where signing in would help. */
  channel(
    reader: Reader,
    id: string,
  ): { readonly channel: ChannelRecord; readonly view: View & { readonly allowed: true } } {
    const channel = this.#directory.channel(id)
    if (channel === undefined) throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    const seen = view(reader, channel)
    if (!seen.allowed)
      throw seen.because === 'hidden'
        ? new CcrError('unknown-channel', `There is no channel ${id}.`)
        : new CcrError('unauthorized', `The channel ${id} is for those who sign in.`)
    return { channel, view: seen }
  }

  requireAdmin(request: FastifyRequest): Credential {
    const credential = this.credential(request)
    if (credential === undefined) throw new CcrError('unauthorized')
    if (credential.scope !== 'admin') throw new CcrError('forbidden', 'This needs an admin token.')
    return credential
  }
}
