import type {
  ChannelRecord,
  CheckedToken,
  Directory,
  Scope,
  TokenRecord,
} from '../../ports/directory.ts'
import { createTokenText, hashToken } from '../token-text.ts'

/** Channels and tokens in memory, for tests. */
export class MemoryDirectory implements Directory {
  readonly #now: () => number
  readonly #channels = new Map<string, ChannelRecord>()
  /** By hash. */
  readonly #tokens = new Map<string, TokenRecord>()
  readonly #listeners = new Set<() => void>()

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  channels(): readonly ChannelRecord[] {
    return [...this.#channels.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  channel(id: string): ChannelRecord | undefined {
    return this.#channels.get(id)
  }

  createChannel(channel: ChannelRecord): Promise<'created' | 'conflict'> {
    if (this.#channels.has(channel.id)) return Promise.resolve('conflict')
    this.#channels.set(channel.id, structuredClone(channel))
    this.#tell()
    return Promise.resolve('created')
  }

  replaceChannel(channel: ChannelRecord): Promise<'replaced' | 'missing'> {
    if (!this.#channels.has(channel.id)) return Promise.resolve('missing')
    this.#channels.set(channel.id, structuredClone(channel))
    this.#tell()
    return Promise.resolve('replaced')
  }

  removeChannel(id: string): Promise<'removed' | 'missing'> {
    if (!this.#channels.delete(id)) return Promise.resolve('missing')
    for (const { id: token, scope } of this.tokens())
      if (typeof scope === 'object' && scope.feed === id) this.#revoke(token)
    this.#tell()
    return Promise.resolve('removed')
  }

  createToken(
    scope: Scope,
    note: string,
    expiresAt: string | null,
    owner: string | null = null,
  ): Promise<{ readonly id: string; readonly token: string }> {
    const { id, token } = createTokenText()
    const createdAt = new Date(this.#now()).toISOString()
    const unused = { lastUsedAt: null, revokedAt: null }
    const fresh = { id, scope, owner, note, createdAt, expiresAt, ...unused }
    this.#tokens.set(hashToken(token), fresh)
    this.#tell()
    return Promise.resolve({ id, token })
  }

  tokens(): readonly TokenRecord[] {
    return [...this.#tokens.values()]
  }

  revokeToken(id: string): Promise<'revoked' | 'missing'> {
    if (!this.#revoke(id)) return Promise.resolve('missing')
    this.#tell()
    return Promise.resolve('revoked')
  }

  check(token: string): CheckedToken | undefined {
    const hash = hashToken(token)
    const found = this.#tokens.get(hash)
    if (found === undefined || found.revokedAt !== null) return undefined
    const nowMs = this.#now()
    if (found.expiresAt !== null && Date.parse(found.expiresAt) <= nowMs) return undefined
    this.#tokens.set(hash, { ...found, lastUsedAt: new Date(nowMs).toISOString() })
    return { id: found.id, scope: found.scope, owner: found.owner }
  }

  settle(): Promise<void> {
    return Promise.resolve()
  }

  onChange(listener: () => void, signal: AbortSignal): void {
    if (signal.aborted) return
    const own = (): void => listener()
    this.#listeners.add(own)
    signal.addEventListener('abort', () => this.#listeners.delete(own), { once: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listeners.clear()
    return Promise.resolve()
  }

  #revoke(id: string): boolean {
    for (const [hash, token] of this.#tokens) {
      if (token.id !== id || token.revokedAt !== null) continue
      this.#tokens.set(hash, { ...token, revokedAt: new Date(this.#now()).toISOString() })
      return true
    }
    return false
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
