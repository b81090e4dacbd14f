import {
  sessionIdleMs,
  sessionMaxMs,
  usedResolutionMs,
  type Session,
} from '../../ports/accounts.ts'

/** A session as stored; when it ends follows from its times. */
export interface StoredSession {
  readonly id: string
  readonly hash: string
  readonly user: string
  readonly device: string
  readonly createdMs: number
  readonly usedMs: number
}

/** That a session was used, and by whom. */
export interface SessionUse {
  readonly id: string
  readonly user: string
  readonly ms: number
}

/** Sessions in memory, with the times of their use that are not written yet. */
export class SessionBook {
  readonly #byHash = new Map<string, StoredSession>()
  /** By session id. */
  readonly #hashes = new Map<string, string>()
  readonly #used = new Map<string, SessionUse>()
  /** By person: the newest of their uses that are not written yet. */
  readonly #seen = new Map<string, number>()

  /** All there are. */
  load(sessions: Iterable<StoredSession>): void {
    this.#byHash.clear()
    this.#hashes.clear()
    for (const session of sessions) this.put(session)
  }

  put(session: StoredSession): void {
    this.#byHash.set(session.hash, session)
    this.#hashes.set(session.id, session.hash)
  }

  remove(id: string): void {
    this.#byHash.delete(this.#hashes.get(id) ?? '')
    this.#hashes.delete(id)
    this.#used.delete(id)
  }

  removeOf(user: string): void {
    for (const session of [...this.#byHash.values()])
      if (session.user === user) this.remove(session.id)
    this.#seen.delete(user)
  }

  has(hash: string): boolean {
    return this.#byHash.has(hash)
  }

  /** The session that lives now; undefined when there is none. */
  find(hash: string, nowMs: number): Session | undefined {
    const stored = this.#byHash.get(hash)
    if (stored === undefined) return undefined
    const latest = this.#latest(stored)
    return endOf(latest) <= nowMs ? undefined : viewOf(latest)
  }

  use({ id, user, lastUsedAt }: Session, nowMs: number): void {
    if (nowMs - Date.parse(lastUsedAt) < usedResolutionMs) return
    this.#used.set(id, { id, user, ms: nowMs })
    this.#seen.set(user, Math.max(nowMs, this.#seen.get(user) ?? 0))
  }

  /** Of a person, newest use first. */
  of(user: string, nowMs: number): readonly Session[] {
    return [...this.#byHash.values()]
      .filter((session) => session.user === user)
      .map((session) => this.#latest(session))
      .filter((session) => endOf(session) > nowMs)
      .sort((a, b) => b.usedMs - a.usedMs || b.createdMs - a.createdMs)
      .map(viewOf)
  }

  /** When a person was last seen, as far as that is not written yet. */
  seenAt(user: string): string | null {
    const ms = this.#seen.get(user)
    return ms === undefined ? null : iso(ms)
  }

  /** Those that are not written yet. */
  uses(): readonly SessionUse[] {
    return [...this.#used.values()]
  }

  /** In memory only: reading everything anew would hide what another process has changed since. */
  written(uses: readonly SessionUse[]): void {
    for (const use of uses) {
      this.heard(use.id, use.ms)
      if (this.#used.get(use.id) === use) this.#used.delete(use.id)
      if (this.#seen.get(use.user) === use.ms) this.#seen.delete(use.user)
    }
  }

  /** A use that is written, by whomever. */
  heard(id: string, ms: number): void {
    const session = this.#byHash.get(this.#hashes.get(id) ?? '')
    if (session !== undefined && session.usedMs < ms) this.put({ ...session, usedMs: ms })
  }

  #latest(session: StoredSession): StoredSession {
    const used = this.#used.get(session.id)
    return used === undefined || used.ms <= session.usedMs
      ? session
      : { ...session, usedMs: used.ms }
  }
}

/** In milliseconds: unused for too long, or too old. */
function endOf({ createdMs, usedMs }: StoredSession): number {
  return Math.min(usedMs + sessionIdleMs, createdMs + sessionMaxMs)
}

function viewOf(stored: StoredSession): Session {
  const { id, user, device, createdMs, usedMs } = stored
  const times = { createdAt: iso(createdMs), lastUsedAt: iso(usedMs) }
  return { id, user, device, ...times, expiresAt: iso(endOf(stored)) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
