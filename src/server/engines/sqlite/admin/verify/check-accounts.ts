import type { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { emailSchema, preferencesSchema, roleSchema } from '../../../../../protocol/accounts.ts'
import { channelIdSchema } from '../../../../../protocol/events.ts'
import { json, text, type Row } from '../../../rules/columns.ts'
import { restoreIt, type Findings } from './findings.ts'

const channelsSchema = z.array(channelIdSchema)
const hash = /^[0-9a-f]{64}$/
const purposes: ReadonlySet<string> = new Set(['first-admin', 'sign-in', 'invitation', 'email'])

/** Holds people, and what lets them in, against their shapes; answers whom there are, by id. */
export function checkAccounts(db: DatabaseSync, findings: Findings): ReadonlySet<string> {
  const people = new Set<string>()
  let admins = 0
  for (const row of db.prepare('SELECT * FROM user').iterate()) {
    findings.count('people')
    const id = text(row, 'id')
    people.add(id)
    if (row['role'] === 'admin') admins++
    if (!isPerson(row))
      findings.problem(
        `ccr.db: the person ${id} is not valid; ccr user edit with the right fields, or ${restoreIt}.`,
      )
  }
  if (people.size > 0 && admins === 0)
    findings.problem(
      'ccr.db: there are people and no administrator; ccr user edit EMAIL --role admin makes one.',
    )
  for (const row of db.prepare('SELECT id, hash FROM session').iterate())
    if (!hash.test(text(row, 'hash')))
      findings.problem(`ccr.db: the session ${text(row, 'id')} is not valid; revoke it.`)
  for (const row of db.prepare('SELECT id, transports, length(key) AS size FROM passkey').iterate())
    if (Number(row['size']) === 0 || !holds(row, 'transports', z.array(z.string())))
      findings.problem(
        `ccr.db: the passkey ${text(row, 'id')} is not valid; its owner removes it and makes another.`,
      )
  for (const row of db.prepare('SELECT id, hash, purpose, role, channels FROM link').iterate())
    if (
      !hash.test(text(row, 'hash')) ||
      !purposes.has(text(row, 'purpose')) ||
      !roleSchema.safeParse(row['role']).success ||
      !holds(row, 'channels', channelsSchema)
    )
      findings.problem(`ccr.db: the link ${text(row, 'id')} is not valid; make another.`)
  // What is a person's goes with the person.
  for (const row of db.prepare('PRAGMA foreign_key_check').iterate())
    findings.problem(`ccr.db: a ${text(row, 'table')} is of nobody who is there; ${restoreIt}.`)
  return people
}

function isPerson(row: Row): boolean {
  return (
    emailSchema.safeParse(row['email']).data === row['email'] &&
    roleSchema.safeParse(row['role']).success &&
    holds(row, 'channels', channelsSchema) &&
    holds(row, 'preferences', preferencesSchema)
  )
}

function holds(row: Row, column: string, schema: z.ZodType): boolean {
  try {
    return schema.safeParse(json(row, column)).success
  } catch {
    // No JSON at all.
    return false
  }
}
