import type { ChannelFields } from '../../protocol/api.ts'

export interface ChannelRecord extends ChannelFields {
  readonly id: string
}

/**
 * What a token allows: feeding one channel (and reading it), reading, everything an administrator may, or all that its
 * owner may (`own`). One that a person made allows no more than that person may, at the moment of its use.
 */
export type Scope = { readonly feed: string } | 'read' | 'admin' | 'own'

export interface TokenRecord {
  /** Public name of the token, to list and revoke it by. */
  readonly id: string
  readonly scope: Scope
  /** The person whose it is (ports/accounts.ts); null = the instance's. */
  readonly owner: string | null
  readonly note: string
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

export type CheckedToken = Pick<TokenRecord, 'id' | 'scope' | 'owner'>

/**
 * Channels and tokens: what administrators decide. Small, read from memory on every request; changes made by another
 * process (the CLI, another node) show within a second, and one's own when its promise resolves. A change rejects with
 * `storage-unavailable` (CcrError) while none can be kept.
 */
export interface Directory extends AsyncDisposable {
  channels(): readonly ChannelRecord[]
  channel(id: string): ChannelRecord | undefined
  /** `conflict` when `create` finds the id taken, `missing` when `replace` does not find it. */
  createChannel(channel: ChannelRecord): Promise<'created' | 'conflict'>
  replaceChannel(channel: ChannelRecord): Promise<'replaced' | 'missing'>
  /** Its feed tokens are revoked with it; what it has stored stays. */
  removeChannel(id: string): Promise<'removed' | 'missing'>
  /** Makes a token; its text is returned once and only its SHA-256 is kept. */
  createToken(
    scope: Scope,
    note: string,
    expiresAt: string | null,
    owner?: string | null,
  ): Promise<{ readonly id: string; readonly token: string }>
  tokens(): readonly TokenRecord[]
  revokeToken(id: string): Promise<'revoked' | 'missing'>
  /** What a presented token allows now; undefined when unknown, expired or revoked. */
  check(token: string): CheckedToken | undefined
  /**
   * Resolves when what other nodes changed before the call is known here, or cannot be had in a moment: for a secret that
   * memory does not know. However many call, it costs little.
   */
  settle(): Promise<void>
  /** Called after every change, whoever made it, until `signal` aborts. */
  onChange(listener: () => void, signal: AbortSignal): void
}
