import { z } from 'zod'
import { emailSchema, personNameSchema, type Role } from '../protocol/accounts.ts'
import { channelIdSchema } from '../protocol/events.ts'
import { messageOf } from '../protocol/message-of.ts'
import { createHandedLink, handedOverMs, signInUrl } from '../server/core/accounts/sign-in-link.ts'
import type { Accounts, NewUser, User } from '../server/ports/accounts.ts'
import { withAccounts } from './shared/data-directory.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { sharedDatabaseUrl, withAdministration } from './shared/shared-database.ts'
import { formatTable } from './shared/table.ts'

/** Flags of `ccr user`, as the command line gives them. */
export interface UserFlags {
  readonly data: string
  readonly role?: Role
  readonly channels?: string
  readonly name?: string
  readonly email?: string
  readonly server?: string
  readonly json?: boolean
}

const usualServer = 'http://127.0.0.1:8080'

export async function addUser(email: string, flags: UserFlags): Promise<void> {
  const wish = { name: null, role: 'viewer', channels: [], ...fieldsOf(flags) } as const
  const made = await withAccounts(flags.data, async (accounts) => {
    const user = await accounts.createUser({ ...wish, email: addressOf(email) })
    if (user === 'conflict')
      throw failure(`${email} has an account already; ccr user edit ${email} changes it`)
    return user
  })
  print(flags, made, `added ${made.email}, ${made.role}; ccr user link ${made.email} lets them in`)
}

export async function editUser(email: string, flags: UserFlags): Promise<void> {
  const change = {
    ...fieldsOf(flags),
    ...(flags.email === undefined ? {} : { email: addressOf(flags.email) }),
  }
  const changed = await withAccounts(flags.data, async (accounts) => {
    const user = await accounts.changeUser(find(accounts, email).id, change)
    if (user === 'conflict') throw failure(`${flags.email ?? ''} has an account already`)
    if (user === 'last-admin') throw lastAdmin()
    if (user === 'missing') throw missing(email)
    return user
  })
  print(flags, changed, `changed ${changed.email}, ${changed.role}`)
}

export async function removeUser(email: string, flags: UserFlags): Promise<void> {
  const id = await withAccounts(flags.data, async (accounts) => {
    const user = find(accounts, email)
    if ((await accounts.removeUser(user.id)) === 'last-admin') throw lastAdmin()
    return user.id
  })
  try {
    await removeOwner(flags.data, id)
  } catch (error) {
    const reason = messageOf(error)
    throw failure(
      `${email} was removed; alerts and destinations, which nobody is told of any more, could not be: ${reason}`,
    )
  }
  process.stdout.write(`removed ${email}\n`)
}

/** What a person keeps beside their account. */
async function removeOwner(dataDir: string, owner: string): Promise<void> {
  const shared = await sharedDatabaseUrl()
  if (shared !== undefined) return withAdministration(shared, (own) => own.removeOwner(owner))
  const { removeOwner: remove } = await import('../server/engines/sqlite/admin/remove-owner.ts')
  remove(dataDir, owner)
}

export async function listUsers(flags: UserFlags): Promise<void> {
  const users = await withAccounts(flags.data, (accounts) => accounts.users())
  process.stdout.write(flags.json === true ? `${JSON.stringify(users, null, 2)}\n` : listing(users))
}

export async function printLink(email: string, flags: UserFlags): Promise<void> {
  const server = flags.server ?? process.env['CCR_PUBLIC_URL'] ?? usualServer
  if (!z.url({ protocol: /^https?$/ }).safeParse(server).success)
    throw usageError(
      `--server expects an address like https://captions.example, and got ${quote(server)}`,
    )
  const secret = await withAccounts(flags.data, async (accounts) => {
    const expiresAt = new Date(Date.now() + handedOverMs).toISOString()
    return await createHandedLink(accounts, find(accounts, email).email, expiresAt)
  })
  process.stdout.write(`${signInUrl(server.replace(/\/$/, ''), secret)}\n`)
}

function fieldsOf({ role, channels, name }: UserFlags): Partial<NewUser> {
  return {
    ...(role === undefined ? {} : { role }),
    ...(channels === undefined ? {} : { channels: idsOf(channels) }),
    ...(name === undefined ? {} : { name: nameOf(name) }),
  }
}

function idsOf(text: string): string[] {
  const ids = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
  for (const id of ids)
    if (!channelIdSchema.safeParse(id).success)
      throw usageError(
        `--channels expects ids with commas, such as wxyz,wabc, and got ${quote(id)}`,
      )
  return ids
}

function nameOf(text: string): string | null {
  const parsed = personNameSchema.safeParse(text)
  if (!parsed.success)
    throw usageError(`--name expects one line of at most 100 letters, and got ${quote(text)}`)
  return parsed.data === '' ? null : parsed.data
}

function addressOf(text: string): string {
  const parsed = emailSchema.safeParse(text)
  if (!parsed.success)
    throw usageError(`expected an address like ada@example.org, and got ${quote(text)}`)
  return parsed.data
}

function find(accounts: Accounts, email: string): User {
  const found = accounts.userByEmail(addressOf(email))
  if (found === undefined) throw missing(email)
  return found
}

function missing(email: string): ExitError {
  return failure(`nobody here has the address ${quote(email)}; ccr user list shows who has`)
}

function lastAdmin(): ExitError {
  return failure('nobody could administer this server any more; make another person admin first')
}

function failure(message: string): ExitError {
  return new ExitError(exitCodes.failed, message)
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60))
}

function print(flags: UserFlags, user: User, sentence: string): void {
  process.stdout.write(flags.json === true ? `${JSON.stringify(user, null, 2)}\n` : `${sentence}\n`)
}

function listing(users: readonly User[]): string {
  return formatTable([
    ['EMAIL', 'ROLE', 'CHANNELS', 'NAME', 'LAST SEEN'],
    ...users.map(({ email, role, channels, name, lastSeenAt }) => [
      ...[email, role, role === 'operator' ? channels.join(',') : '', name ?? ''],
      lastSeenAt?.slice(0, 16).replace('T', ' ') ?? 'never',
    ]),
  ])
}
