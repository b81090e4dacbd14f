import {
  sessionIdleMs,
  sessionMaxMs,
  usedResolutionMs,
  type Session,
} from '../../../ports/accounts.ts'
import { text, type Row } from '../rows.ts'
import { iso, sessionOf, type AccountSql, type StoredSession } from './account-sql.ts'

/** Sessions in memory by hash, with the times of their use that are not written yet. */
export class SessionBook {
  #sessions = new Map<string, StoredSession>()
  /** By session id. */
  readonly #used = new Map<string, { readonly ms: number; readonly user: string }>()

  load(rows: readonly Row[]): void {
    this.#sessions = new Map(rows.map((row) => [text(row, 'hash'), sessionOf(row)]))
  }

  has(hash: string): boolean {
    return this.#sessions.has(hash)
  }

  /** The session that lives now; undefined when there is none. */
  find(hash: string, nowMs: number): Session | undefined {
    const stored = this.#sessions.get(hash)
    if (stored === undefined) return undefined
    const latest = this.#latest(stored)
    return endOf(latest) <= nowMs ? undefined : viewOf(latest)
  }

  use({ id, user, lastUsedAt }: Session, nowMs: number): void {
    if (nowMs - Date.parse(lastUsedAt) >= usedResolutionMs) this.#used.set(id, { ms: nowMs, user })
  }

  /** Of a person, newest use first. */
  of(user: string, nowMs: number): readonly Session[] {
    return [...this.#sessions.values()]
      .filter((session) => session.user === user)
      .map((session) => this.#latest(session))
      .filter((session) => endOf(session) > nowMs)
      .sort((a, b) => b.usedMs - a.usedMs || b.createdMs - a.createdMs)
      .map(viewOf)
  }

  /** When a person was last seen, as far as that is not written yet. */
  seenAt(user: string): string | null {
    const times = [...this.#used.values()].filter((used) => used.user === user)
    return times.length === 0 ? null : iso(Math.max(...times.map(({ ms }) => ms)))
  }

  get hasUses(): boolean {
    return this.#used.size > 0
  }

  /** Within a transaction; `written` when it is over. */
  writeUses(sql: AccountSql): void {
    for (const [id, { ms, user }] of this.#used) {
      sql.setUsed.run(ms, id)
      sql.setSeen.run(ms, user)
    }
  }

  /** In memory only: reading everything anew would hide what another process has changed since. */
  written(): void {
    for (const [hash, session] of this.#sessions) this.#sessions.set(hash, this.#latest(session))
    this.#used.clear()
  }

  #latest(session: StoredSession): StoredSession {
    const used = this.#used.get(session.id)
    return used === undefined ? session : { ...session, usedMs: used.ms }
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
