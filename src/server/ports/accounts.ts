import type { Preferences, Role } from '../../protocol/accounts.ts'

/** A person. Others refer to people by `id`, which never changes and is never given to another. */
export interface User {
  readonly id: string
  /** Lower case; one account an address. */
  readonly email: string
  readonly name: string | null
  readonly role: Role
  /** Of an operator: the channels they look after. Kept, and without effect, in other roles. */
  readonly channels: readonly string[]
  readonly createdAt: string
  /** To the minute. */
  readonly lastSeenAt: string | null
}

export interface NewUser {
  readonly email: string
  readonly name: string | null
  readonly role: Role
  readonly channels: readonly string[]
}

export interface Session {
  readonly id: string
  readonly user: string
  /** Browser and system in words. */
  readonly device: string
  readonly createdAt: string
  readonly lastUsedAt: string
  /** Whichever comes first: unused for too long, or too old. */
  readonly expiresAt: string
}

export interface Passkey {
  /** The credential's id, base64url. */
  readonly id: string
  readonly user: string
  readonly name: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  /** Signatures so far, as far as the authenticator counts; one that goes back tells of a copy. */
  readonly counter: number
  readonly transports: readonly string[]
  readonly createdAt: string
  readonly lastUsedAt: string | null
}

/**
 * What a secret link in a mail or on a console does, once: `sign-in` lets an address in, and makes its account where
 * that is open; `invitation` makes an account with a role; `email` gives an account another address; `first-admin`
 * makes an administrator of whoever holds it, while there is none.
 */
export type LinkPurpose = 'sign-in' | 'invitation' | 'email' | 'first-admin'

export interface NewLink {
  readonly purpose: LinkPurpose
  /** null for `first-admin`, whose holder says it. */
  readonly email: string | null
  readonly role: Role
  readonly channels: readonly string[]
  /** Of `email`: whose address it becomes. */
  readonly user: string | null
  /** Where to go afterwards: a path of this site. */
  readonly next: string
  readonly expiresAt: string
}

export interface Link extends NewLink {
  /** Public name, to list and revoke it by. */
  readonly id: string
  readonly createdAt: string
}

/** How long a session lives without being used, and at most. */
export const sessionIdleMs = 30 * 86_400_000
export const sessionMaxMs = 180 * 86_400_000
/** Times of use are noted this coarsely: a write for every request would cost more than the request. */
export const usedResolutionMs = 60_000

/**
 * People, their sessions, passkeys and secret links. Read from memory on every request; changes made by another process
 * (the CLI, another node) show within a second, and one's own when its promise resolves. A change rejects with
 * `storage-unavailable` (CcrError) while none can be kept. Of session and link secrets only the SHA-256 is kept.
 */
export interface Accounts extends AsyncDisposable {
  /** By address. */
  users(): readonly User[]
  user(id: string): User | undefined
  userByEmail(email: string): User | undefined
  createUser(user: NewUser): Promise<User | 'conflict'>
  /** `last-admin` when nobody could administer any more, `conflict` when the address is another's. */
  changeUser(
    id: string,
    change: Partial<NewUser>,
  ): Promise<User | 'missing' | 'conflict' | 'last-admin'>
  /** Removes the person and all that is theirs: sessions, passkeys, links, preferences, and their tokens in the directory. */
  removeUser(id: string): Promise<'removed' | 'missing' | 'last-admin'>

  /** Makes a link; its secret is returned once. Older `sign-in` links of an address go on to work until they expire. */
  createLink(link: NewLink): Promise<{ readonly id: string; readonly secret: string }>
  /** What a link would do; undefined when unknown, used or expired. */
  readLink(secret: string): Link | undefined
  /** The same, and uses it up: of two who come at once, one gets it. */
  takeLink(secret: string): Promise<Link | undefined>
  /** Links of one purpose that still work. */
  links(purpose: LinkPurpose): readonly Link[]
  revokeLink(id: string): Promise<'revoked' | 'missing'>

  /** Makes a session; its secret is returned once. */
  createSession(
    user: string,
    device: string,
  ): Promise<{ readonly id: string; readonly secret: string }>
  /** Whose session this secret is, now; notes its use. */
  checkSession(secret: string): { readonly session: Session; readonly user: User } | undefined
  /** Of a person, newest use first. */
  sessions(user: string): readonly Session[]
  revokeSession(user: string, id: string): Promise<'revoked' | 'missing'>
  /** All of a person's but one; returns how many. */
  revokeSessions(user: string, except: string | null): Promise<number>

  passkeys(user: string): readonly Passkey[]
  passkey(id: string): Passkey | undefined
  addPasskey(passkey: Omit<Passkey, 'createdAt' | 'lastUsedAt'>): Promise<'added' | 'conflict'>
  /** Notes a use. `replayed` when the counter has not grown, though the authenticator counts. */
  usePasskey(id: string, counter: number): Promise<'used' | 'replayed' | 'missing'>
  renamePasskey(user: string, id: string, name: string): Promise<'renamed' | 'missing'>
  removePasskey(user: string, id: string): Promise<'removed' | 'missing'>

  preferences(user: string): Preferences
  setPreferences(user: string, preferences: Preferences): Promise<void>

  /**
   * Resolves when what other nodes changed before the call is known here, or cannot be had in a moment: for a secret that
   * memory does not know. However many call, it costs little.
   */
  settle(): Promise<void>
  /** Called after every change but uses, whoever made it, until `signal` aborts. */
  onChange(listener: () => void, signal: AbortSignal): void
}
