import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Role } from '../../../protocol/accounts.ts'
import type { Link, LinkPurpose, Passkey, User } from '../../ports/accounts.ts'
import type { StoredSession } from '../rules/session-book.ts'
import { blob, integer, json, text, textOrNull, type Row } from '../rules/columns.ts'

const statements = {
  users: 'SELECT * FROM user ORDER BY email',
  addUser:
    'INSERT OR IGNORE INTO user (id, email, name, role, channels, created) VALUES (?, ?, ?, ?, ?, ?)',
  setUser: 'UPDATE OR IGNORE user SET email = ?, name = ?, role = ?, channels = ? WHERE id = ?',
  removeUser: 'DELETE FROM user WHERE id = ?',
  otherAdmins: `SELECT count(*) AS n FROM user WHERE role = 'admin' AND id <> ?`,
  setSeen: 'UPDATE user SET seen = ? WHERE id = ?',
  preferences: 'SELECT preferences FROM user WHERE id = ?',
  setPreferences: 'UPDATE user SET preferences = ? WHERE id = ?',
  sessions: 'SELECT * FROM session',
  addSession:
    'INSERT INTO session (id, hash, user, device, created, used) VALUES (?, ?, ?, ?, ?, ?)',
  removeSession: 'DELETE FROM session WHERE user = ? AND id = ?',
  removeSessions: 'DELETE FROM session WHERE user = ? AND id <> ?',
  expireSessions: 'DELETE FROM session WHERE used < ? OR created < ?',
  setUsed: 'UPDATE session SET used = ? WHERE id = ?',
  passkeys: 'SELECT * FROM passkey ORDER BY created, id',
  addPasskey:
    'INSERT OR IGNORE INTO passkey (id, user, name, key, counter, transports, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
  usePasskey: 'UPDATE passkey SET counter = ?, used = ? WHERE id = ?',
  renamePasskey: 'UPDATE passkey SET name = ? WHERE user = ? AND id = ?',
  removePasskey: 'DELETE FROM passkey WHERE user = ? AND id = ?',
  link: 'SELECT * FROM link WHERE hash = ? AND expires > ?',
  links: 'SELECT * FROM link WHERE purpose = ? AND expires > ? ORDER BY created, id',
  addLink:
    'INSERT INTO link (id, hash, purpose, email, role, channels, user, next, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  removeLink: 'DELETE FROM link WHERE id = ?',
  expireLinks: 'DELETE FROM link WHERE expires <= ?',
} as const

export type AccountSql = Readonly<Record<keyof typeof statements, StatementSync>>

export function prepareAccounts(db: DatabaseSync): AccountSql {
  const entries = Object.entries(statements).map(([name, sql]) => [name, db.prepare(sql)] as const)
  return Object.fromEntries(entries) as Record<keyof typeof statements, StatementSync>
}

export function userOf(row: Row): User {
  return {
    id: text(row, 'id'),
    email: text(row, 'email'),
    name: textOrNull(row, 'name'),
    role: text(row, 'role') as Role,
    channels: json(row, 'channels') as string[],
    createdAt: iso(integer(row, 'created')),
    lastSeenAt: row['seen'] === null ? null : iso(integer(row, 'seen')),
  }
}

export function sessionOf(row: Row): StoredSession {
  return {
    id: text(row, 'id'),
    hash: text(row, 'hash'),
    user: text(row, 'user'),
    device: text(row, 'device'),
    createdMs: integer(row, 'created'),
    usedMs: integer(row, 'used'),
  }
}

export function passkeyOf(row: Row): Passkey {
  return {
    id: text(row, 'id'),
    user: text(row, 'user'),
    name: text(row, 'name'),
    publicKey: new Uint8Array(blob(row, 'key')),
    counter: integer(row, 'counter'),
    transports: json(row, 'transports') as string[],
    createdAt: iso(integer(row, 'created')),
    lastUsedAt: row['used'] === null ? null : iso(integer(row, 'used')),
  }
}

export function linkOf(row: Row): Link {
  return {
    id: text(row, 'id'),
    purpose: text(row, 'purpose') as LinkPurpose,
    email: textOrNull(row, 'email'),
    role: text(row, 'role') as Role,
    channels: json(row, 'channels') as string[],
    user: textOrNull(row, 'user'),
    next: text(row, 'next'),
    createdAt: iso(integer(row, 'created')),
    expiresAt: iso(integer(row, 'expires')),
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
