import type {
  ChannelRecord,
  CheckedToken,
  Directory,
  Scope,
  TokenRecord,
} from '../ports/directory.ts'
import { createTokenText, hashToken } from './token-text.ts'

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

  createChannel(channel: ChannelRecord): 'created' | 'conflict' {
    if (this.#channels.has(channel.id)) return 'conflict'
    this.#channels.set(channel.id, structuredClone(channel))
    this.#tell()
    return 'created'
  }

  replaceChannel(channel: ChannelRecord): 'replaced' | 'missing' {
    if (!this.#channels.has(channel.id)) return 'missing'
    this.#channels.set(channel.id, structuredClone(channel))
    this.#tell()
    return 'replaced'
  }

  removeChannel(id: string): 'removed' | 'missing' {
    if (!this.#channels.delete(id)) return 'missing'
    for (const token of this.tokens())
      if (typeof token.scope === 'object' && token.scope.feed === id) this.revokeToken(token.id)
    this.#tell()
    return 'removed'
  }

  createToken(
    scope: Scope,
    note: string,
    expiresAt: string | null,
    owner: string | null = null,
  ): { id: string; token: string } {
    const { id, token } = createTokenText()
    const createdAt = new Date(this.#now()).toISOString()
    const unused = { lastUsedAt: null, revokedAt: null }
    const fresh = { id, scope, owner, note, createdAt, expiresAt, ...unused }
    this.#tokens.set(hashToken(token), fresh)
    this.#tell()
    return { id, token }
  }

  tokens(): readonly TokenRecord[] {
    return [...this.#tokens.values()]
  }

  revokeToken(id: string): 'revoked' | 'missing' {
    for (const [hash, token] of this.#tokens) {
      if (token.id !== id || token.revokedAt !== null) continue
      this.#tokens.set(hash, { ...token, revokedAt: new Date(this.#now()).toISOString() })
      this.#tell()
      return 'revoked'
    }
    return 'missing'
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

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}
