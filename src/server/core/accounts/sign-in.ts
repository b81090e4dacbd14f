import { safeNext } from '../../../protocol/safe-next.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Role } from '../../../protocol/accounts.ts'
import { createHandedLink, signInUrl } from './sign-in-link.ts'
import type { Accounts, Link, User } from '../../ports/accounts.ts'
import type { Letter, Mailer } from '../../ports/mail.ts'
import type { Logger } from '../../ports/telemetry.ts'

/** What a letter says, and in which language; how it looks is decided where it is written. */
export type LetterWish =
  | { readonly kind: 'sign-in' | 'email'; readonly url: string; readonly minutes: number }
  | {
      readonly kind: 'invitation'
      readonly url: string
      readonly by: string
      readonly days: number
    }
  | { readonly kind: 'passkey-added'; readonly url: string; readonly name: string }

export type LetterText = Pick<Letter, 'subject' | 'text' | 'html'>
export type Language = 'en' | 'es'

export interface SignInOptions {
  readonly accounts: Accounts
  readonly mailer: Mailer
  readonly logger: Logger
  readonly signUp: 'open' | 'invitation'
  readonly now: () => number
  /** What links begin with: never what a request says of itself, or a stranger could have secrets sent to a page of theirs. */
  readonly address: () => string
  readonly write: (wish: LetterWish, language: Language) => LetterText
}

export const linkMinutes = 15
export const invitationDays = 7
const firstAdminHours = 24
/** How far apart the nodes of a cluster start. */
const besideMs = 10 * 60_000
const viewer = { role: 'viewer', channels: [], user: null } as const

/** How people come in: by links, each of which does one thing once (ports/accounts.ts). */
export class SignIn {
  readonly #options: SignInOptions

  constructor(options: SignInOptions) {
    this.#options = options
  }

  /** Sends a link, if the address may come in. Whoever asks is told nothing of that: not here, not by an error, not by time. */
  async ask(email: string, next: string, language: Language): Promise<void> {
    const { accounts, signUp } = this.#options
    if (accounts.userByEmail(email) === undefined && signUp === 'invitation') return
    const expiresAt = this.#in(linkMinutes * 60_000)
    const wish = { purpose: 'sign-in', email, next: safeNext(next), expiresAt, ...viewer } as const
    const url = this.#urlOf((await accounts.createLink(wish)).secret)
    await this.#send(email, { kind: 'sign-in', url, minutes: linkMinutes }, language)
  }

  /** A link that gives a person another address, sent to that one. */
  async askForAddress(user: User, email: string, language: Language): Promise<void> {
    const { accounts } = this.#options
    const expiresAt = this.#in(linkMinutes * 60_000)
    const link = { ...viewer, email, user: user.id, next: '/account', expiresAt }
    const url = this.#urlOf((await accounts.createLink({ ...link, purpose: 'email' })).secret)
    await this.#send(email, { kind: 'email', url, minutes: linkMinutes }, language)
  }

  /** A link for somebody who is known, to be handed over by an administrator. */
  async linkFor(
    user: User,
    forMs: number,
  ): Promise<{ readonly url: string; readonly expiresAt: string }> {
    const expiresAt = this.#in(forMs)
    const secret = await createHandedLink(this.#options.accounts, user.email, expiresAt)
    return { url: this.#urlOf(secret), expiresAt }
  }

  /** `conflict` (CcrError) when the address has an account. The link goes by mail, and is returned to be handed over. */
  async invite(
    by: string,
    wish: { readonly email: string; readonly role: Role; readonly channels: readonly string[] },
    language: Language,
  ): Promise<{ readonly link: Link; readonly url: string }> {
    const { accounts } = this.#options
    if (accounts.userByEmail(wish.email) !== undefined)
      throw new CcrError('conflict', `${wish.email} has an account already.`)
    for (const old of accounts.links('invitation'))
      if (old.email === wish.email) await accounts.revokeLink(old.id)
    const expiresAt = this.#in(invitationDays * 86_400_000)
    const made = { ...wish, purpose: 'invitation', user: null, next: '/', expiresAt } as const
    const { id, secret } = await accounts.createLink(made)
    const url = this.#urlOf(secret)
    await this.#send(wish.email, { kind: 'invitation', url, by, days: invitationDays }, language)
    return { link: { ...made, id, createdAt: this.#in(0) }, url }
  }

  /**
   * Makes whoever holds it an administrator; null when there is one. Those of earlier starts end; nodes that start beside
   * each other print one each, and the first that is used ends all.
   */
  async firstAdmin(): Promise<string | null> {
    const { accounts } = this.#options
    if (accounts.users().some(({ role }) => role === 'admin')) return null
    const before = this.#in(-besideMs)
    for (const { id, createdAt } of accounts.links('first-admin'))
      if (createdAt < before) await accounts.revokeLink(id)
    const expiresAt = this.#in(firstAdminHours * 3_600_000)
    const link = { purpose: 'first-admin', email: null, role: 'admin', channels: [] } as const
    return this.#urlOf(
      (await accounts.createLink({ ...link, user: null, next: '/', expiresAt })).secret,
    )
  }

  /** What a link would do. `link-expired` (CcrError) when that is nothing any more. */
  async look(secret: string): Promise<Link> {
    const { accounts } = this.#options
    // One that was made a moment ago, by another node, is known at once.
    if (accounts.readLink(secret) === undefined) await accounts.settle()
    const link = accounts.readLink(secret)
    if (link === undefined) throw new CcrError('link-expired')
    return link
  }

  /** Uses a link up and says who comes in. `email` is what the first administrator typed. */
  async enter(
    secret: string,
    email: string | null,
  ): Promise<{ readonly user: User; readonly next: string }> {
    const { accounts } = this.#options
    if ((await this.look(secret)).purpose === 'first-admin' && email === null)
      throw new CcrError('bad-request', 'email: expected the address of the first administrator')
    const link = await accounts.takeLink(secret)
    const user = link === undefined ? undefined : await this.#userOf(link, email)
    if (link === undefined || user === undefined) throw new CcrError('link-expired')
    return { user, next: safeNext(link.next) }
  }

  /** Tells a person of a change that somebody else may have made. */
  async tellPasskey(user: User, name: string, language: Language): Promise<void> {
    const url = `${this.#options.address()}/account`
    await this.#send(user.email, { kind: 'passkey-added', url, name }, language)
  }

  async #userOf(link: Link, typed: string | null): Promise<User | undefined> {
    const { accounts, signUp } = this.#options
    const { purpose, role, channels } = link
    if (purpose === 'email')
      return madeUser(await accounts.changeUser(link.user ?? '', { email: link.email ?? '' }))
    if (purpose === 'first-admin') {
      if (accounts.users().some((user) => user.role === 'admin')) return undefined
      return await this.#promote(typed ?? '')
    }
    const email = link.email ?? ''
    const known = accounts.userByEmail(email)
    if (known !== undefined) return known
    if (purpose === 'sign-in' && signUp === 'invitation') return undefined
    const made = await accounts.createUser({ email, name: null, role, channels })
    // Somebody was faster with another link to the same address: it is theirs all the same.
    return made === 'conflict' ? accounts.userByEmail(email) : made
  }

  async #promote(email: string): Promise<User | undefined> {
    const { accounts } = this.#options
    const known = accounts.userByEmail(email)
    if (known !== undefined) return madeUser(await accounts.changeUser(known.id, { role: 'admin' }))
    return madeUser(await accounts.createUser({ email, name: null, role: 'admin', channels: [] }))
  }

  /** A letter that does not get there is for whoever runs the server to know; its secret is not. */
  async #send(to: string, wish: LetterWish, language: Language): Promise<void> {
    const { mailer, logger, write } = this.#options
    try {
      const posted = await mailer.send({ to, ...write(wish, language) })
      if (posted.outcome !== 'sent')
        logger.warn(
          { outcome: posted.outcome, reason: posted.reason },
          `a ${wish.kind} letter was not sent`,
        )
    } catch (error) {
      logger.error({ err: error }, `a ${wish.kind} letter could not be sent`)
    }
  }

  #urlOf(secret: string): string {
    return signInUrl(this.#options.address(), secret)
  }

  #in(ms: number): string {
    return new Date(this.#options.now() + ms).toISOString()
  }
}

function madeUser(result: User | string): User | undefined {
  return typeof result === 'string' ? undefined : result
}
