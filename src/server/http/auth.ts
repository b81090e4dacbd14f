import type { FastifyRequest } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import { view, type Reader, type View } from '../../policy/view.ts'
import { CcrError } from '../../protocol/codes.ts'
import {
  rightsOfInstance,
  rightsOfOwnToken,
  rightsOfUser,
  type Rights,
} from '../core/accounts/rights.ts'
import type { Accounts, Session, User } from '../ports/accounts.ts'
import type { ChannelRecord, Directory, Scope } from '../ports/directory.ts'
import { senderOf } from './access/own-site.ts'
import { SessionCookie } from './access/session-cookie.ts'

/** A presented and accepted credential: a token, or the session of somebody who signed in. */
export interface Credential {
  /** Of the token or session. */
  readonly id: string
  /** null = a session. */
  readonly scope: Scope | null
  readonly session: Session | null
  readonly rights: Rights
  /** What was presented, to be checked again while a connection stays open. */
  readonly secret: string
}

/** The token of `Authorization: Bearer`; undefined when there is none. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +(\S{1,200}) *$/i.exec(headers.authorization ?? '')?.[1]
}

export interface AccessOptions {
  readonly directory: Directory
  readonly accounts: Accounts
  /** Nothing is shown to those who do not sign in, whatever a channel says. */
  readonly mustSignIn: boolean
  readonly publicUrl: string | null
  readonly isSecure: boolean
}

/** Who asks and what they may have; one for a server. */
export class Access {
  readonly cookie: SessionCookie
  readonly #options: AccessOptions

  constructor(options: AccessOptions) {
    this.#options = options
    this.cookie = new SessionCookie(options.isSecure)
  }

  /** The reader who shows no credential. */
  get anonymous(): Reader {
    return { kind: 'anonymous', mustSignIn: this.#options.mustSignIn }
  }

  credential(request: FastifyRequest): Credential | undefined {
    return this.credentialOf(request.headers)
  }

  /**
   * The token (from the header, or as `token` where an address may carry one), else the session of the cookie. `unauthorized`
   * (CcrError) when a token is presented and not valid: silence would hide a typing error. A session that has ended is none.
   */
  credentialOf(headers: IncomingHttpHeaders, token?: string): Credential | undefined {
    const presented = bearerToken(headers) ?? token
    if (presented !== undefined) {
      const known = this.#token(presented)
      if (known === undefined)
        throw new CcrError('unauthorized', 'The token is not known, has expired, or was revoked.')
      return known
    }
    const secret = this.cookie.read(headers)
    return secret === undefined ? undefined : this.#session(secret)
  }

  /** Resolves when what these show is known here, if it is known to any node: ports/directory.ts. */
  async settle(headers: IncomingHttpHeaders, token?: string): Promise<void> {
    if (!this.#isUnknown(headers, token)) return
    const { directory, accounts } = this.#options
    await Promise.all([directory.settle(), accounts.settle()])
  }

  /** The same for a socket: browsers send cookies with those that other sites' pages open, and they count for nothing there. */
  socketCredential(headers: IncomingHttpHeaders, token?: string): Credential | undefined {
    const isOwn = senderOf(headers, this.#options.publicUrl) === 'own'
    return this.credentialOf(isOwn ? headers : { ...headers, cookie: undefined }, token)
  }

  /** What a credential allows now; undefined when it has ended. */
  renew({ scope, secret }: Credential): Credential | undefined {
    return scope === null ? this.#session(secret) : this.#token(secret)
  }

  reader(request: FastifyRequest): Reader {
    return this.readerOf(this.credential(request))
  }

  readerOf(credential: Credential | undefined): Reader {
    return credential?.rights.reader ?? this.anonymous
  }

  /** The channel and what the reader may have of it; `unknown-channel`, or `unauthorized` where signing in would help. */
  channel(
    reader: Reader,
    id: string,
  ): { readonly channel: ChannelRecord; readonly view: View & { readonly allowed: true } } {
    const channel = this.#options.directory.channel(id)
    if (channel === undefined) throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    const seen = view(reader, channel)
    if (!seen.allowed)
      throw seen.because === 'hidden'
        ? new CcrError('unknown-channel', `There is no channel ${id}.`)
        : new CcrError('unauthorized', `The channel ${id} is for those who sign in.`)
    return { channel, view: seen }
  }

  /** The person who asks, by session or by a token that may all they may. */
  currentUser(request: FastifyRequest): User | undefined {
    return this.credential(request)?.rights.user ?? undefined
  }

  /** The same; `unauthorized` for nobody, `forbidden` for a token that is no person's. */
  requireUser(request: FastifyRequest): User {
    const { user } = this.#require(request).rights
    if (user === null)
      throw new CcrError('forbidden', 'This is a person’s; sign in, or use a token of your own.')
    return user
  }

  /** A person at a browser: what changes how they come in is not for tokens. */
  requireSession(request: FastifyRequest): { readonly session: Session; readonly user: User } {
    const { session, rights } = this.#require(request)
    if (session === null || rights.user === null)
      throw new CcrError('forbidden', 'This is done signed in on the website, not with a token.')
    return { session, user: rights.user }
  }

  requireAdmin(request: FastifyRequest): Credential {
    const credential = this.#require(request)
    if (!credential.rights.isAdmin)
      throw new CcrError('forbidden', 'This is for administrators, and tokens of theirs.')
    return credential
  }

  /** Who may change this channel. To others it is there only as far as they may see it. */
  requireEditor(request: FastifyRequest, channel: string): Credential {
    const credential = this.#require(request)
    if (credential.rights.edits(channel)) return credential
    if (this.#options.directory.channel(channel) !== undefined)
      this.channel(credential.rights.reader, channel)
    throw new CcrError('forbidden', `The channel ${channel} is not yours to change.`)
  }

  #require(request: FastifyRequest): Credential {
    const credential = this.credential(request)
    if (credential === undefined) throw new CcrError('unauthorized')
    return credential
  }

  #isUnknown(headers: IncomingHttpHeaders, token?: string): boolean {
    const presented = bearerToken(headers) ?? token
    if (presented !== undefined) return this.#token(presented) === undefined
    const secret = this.cookie.read(headers)
    return secret !== undefined && this.#session(secret) === undefined
  }

  #token(secret: string): Credential | undefined {
    const { directory, accounts } = this.#options
    const known = directory.check(secret)
    if (known === undefined) return undefined
    const { id, scope, owner } = known
    const rights =
      owner !== null
        ? ownRights(scope, accounts.user(owner))
        : scope === 'own'
          ? undefined
          : rightsOfInstance(scope)
    return rights === undefined ? undefined : { id, scope, session: null, rights, secret }
  }

  #session(secret: string): Credential | undefined {
    const known = this.#options.accounts.checkSession(secret)
    if (known === undefined) return undefined
    const { session, user } = known
    return { id: session.id, scope: null, session, rights: rightsOfUser(user), secret }
  }
}

function ownRights(scope: Scope, owner: User | undefined): Rights | undefined {
  return owner === undefined ? undefined : rightsOfOwnToken(scope, owner)
}
