import type { Command } from 'commander'
import type { Scope, TokenRecord } from '../../server/ports/directory.ts'
import { dataFlag, withDirectory } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { ExitError, exitCodes, usageError } from '../shared/exit.ts'
import { formatTable } from '../shared/table.ts'

interface CreateFlags {
  readonly data: string
  readonly channel?: string
  readonly read?: boolean
  readonly admin?: boolean
  readonly expires?: string
  readonly note: string
  readonly json?: boolean
}

/** `ccr token`: what lets tuners feed, programs read, and administrators administer. */
export function registerToken(program: Command): void {
  const token = program.command('token').description('create, list and revoke tokens')
  token.addHelpText('after', '\nExample:\n  ccr token create --channel wxyz\n  ccr token list')

  token
    .command('create')
    .description('make a token and print it, alone and once: only its hash is kept')
    .addOption(flag('--channel <id>', 'it may feed this channel, and read it'))
    .addOption(flag('--read', 'it may read every channel'))
    .addOption(flag('--admin', 'it may do everything'))
    .addOption(flag('--expires <when>', 'for so long (90d, 12h, 30m), or until a date'))
    .addOption(flag('--note <text>', 'what it is for').default(''))
    .addOption(dataFlag())
    .addOption(flag('--json', 'print its id too, as JSON'))
    .addHelpText('after', '\nExample:\n  ccr token create --channel wxyz --note "roof tuner"')
    .action(async (flags: CreateFlags) => {
      const scope = parseScope(flags)
      const expiresAt = flags.expires === undefined ? null : parseExpiry(flags.expires, Date.now())
      const made = await withDirectory(flags.data, async (directory) => {
        if (typeof scope === 'object' && directory.channel(scope.feed) === undefined)
          throw new ExitError(
            exitCodes.failed,
            `there is no channel ${scope.feed}; ccr channel add ${scope.feed} --name "…" makes it`,
          )
        return await directory.createToken(scope, flags.note, expiresAt)
      })
      process.stdout.write(flags.json === true ? `${JSON.stringify(made)}\n` : `${made.token}\n`)
    })

  token
    .command('list')
    .description('list the tokens, without their text')
    .addOption(dataFlag())
    .addOption(flag('--json', 'print JSON'))
    .addHelpText('after', '\nExample:\n  ccr token list --json')
    .action(async (flags: { data: string; json?: boolean }) => {
      const tokens = await withDirectory(flags.data, (directory) => directory.tokens())
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(tokens, null, 2)}\n` : listing(tokens),
      )
    })

  token
    .command('revoke <id>')
    .description('end a token, by the id that the list shows; it works within a second')
    .addOption(dataFlag())
    .addHelpText('after', '\nExample:\n  ccr token revoke 5f0c2d9a1b3e')
    .action(async (id: string, flags: { data: string }) => {
      const result = await withDirectory(flags.data, (directory) => directory.revokeToken(id))
      if (result === 'missing')
        throw new ExitError(
          exitCodes.failed,
          `there is no token ${id.slice(0, 20)} to revoke; ccr token list shows those there are`,
        )
      process.stdout.write(`revoked token ${id}\n`)
    })
}

function parseScope({ channel, read, admin }: CreateFlags): Scope {
  const scopes: Scope[] = []
  if (channel !== undefined) scopes.push({ feed: channel })
  if (read === true) scopes.push('read')
  if (admin === true) scopes.push('admin')
  const [scope, other] = scopes
  if (scope === undefined || other !== undefined)
    throw usageError('expected one of --channel ID, --read and --admin: what the token allows')
  return scope
}

const unitsMs: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}

/** `90d` from now, or a date; RFC 3339 out. */
export function parseExpiry(text: string, nowMs: number): string {
  const [, count, unit] = /^([0-9]{1,6})([mhdw])$/.exec(text) ?? []
  const ms =
    count === undefined ? Date.parse(text) : nowMs + Number(count) * (unitsMs[unit ?? ''] ?? 0)
  if (Number.isNaN(ms) || Math.abs(ms) > 8.64e15)
    throw usageError(
      `--expires expects 90d, 12h, 30m, 4w or a date such as 2030-01-31, and got ${JSON.stringify(text.slice(0, 50))}`,
    )
  if (ms <= nowMs) throw usageError(`--expires is in the past: ${text}`)
  return new Date(ms).toISOString()
}

function listing(tokens: readonly TokenRecord[]): string {
  const day = (instant: string | null): string => instant?.slice(0, 16).replace('T', ' ') ?? '-'
  return formatTable([
    ['ID', 'SCOPE', 'CREATED', 'LAST USED', 'EXPIRES', 'STATE', 'NOTE'],
    ...tokens.map((token) => [
      token.id,
      typeof token.scope === 'object' ? `feed:${token.scope.feed}` : token.scope,
      day(token.createdAt),
      day(token.lastUsedAt),
      day(token.expiresAt),
      stateOf(token),
      token.note,
    ]),
  ])
}

function stateOf({ revokedAt, expiresAt }: TokenRecord): string {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid'
}
