import type { Command } from 'commander'
import { isStorageDown } from '../../protocol/codes.ts'
import { messageOf } from '../../protocol/message-of.ts'
import type { MoveOptions, MoveReport } from '../../server/engines/move/move-storage.ts'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { ExitError, exitCodes, firstReason } from '../shared/exit.ts'
import { createProgress, formatBytes } from '../shared/progress.ts'
import { readConfig } from '../shared/server-settings.ts'
import { noDatabase } from '../shared/shared-database.ts'
import { formatTable } from '../shared/table.ts'

interface Flags {
  readonly data: string
  readonly verify?: boolean
  readonly json?: boolean
}

const help = `
CCR_DATABASE_URL and CCR_S3_… say where to, as they do for ccr serve. Stop the server on the folder first, and start
the nodes afterwards. Nothing in the folder is changed. When it is stopped or killed, run it again: it goes on where it
was. At the end everything is read from both sides and compared; it ends with 1 when anything is not the same.

Examples:
  CCR_DATABASE_URL=postgres://ccr:secret@db.example/ccr ccr migrate-storage --data /var/lib/ccr
  CCR_DATABASE_URL=postgres://ccr:secret@db.example/ccr ccr migrate-storage --data /var/lib/ccr --verify`

/** `ccr migrate-storage`: a data folder into what several nodes share. */
export function registerMigrateStorage(program: Command): void {
  program
    .command('migrate-storage')
    .description('move a data folder into the PostgreSQL (and S3) that several nodes share')
    .addOption(dataFlag())
    .addOption(flag('--verify', 'move nothing: compare the folder with what was moved'))
    .addOption(flag('--json', 'print what was moved as JSON'))
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      const report = await move(flags)
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(report)}\n` : formatReport(report),
      )
      const problems = problemsOf(report)
      for (const problem of problems) process.stderr.write(`${problem}\n`)
      if (problems.length > 0)
        throw new ExitError(
          exitCodes.failed,
          `${problems.length === 1 ? '1 thing is' : `${problems.length} things are`} not in the new storage as in ${flags.data}; start no nodes on it`,
        )
      if (flags.json !== true) process.stdout.write('everything is there, and is the same\n')
    })
}

async function move({ data, verify }: Flags): Promise<MoveReport> {
  const { s3, databaseUrl } = await readTarget()
  const { moveStorage } = await import('../../server/engines/move/move-storage.ts')
  const progress = createProgress()
  const options: MoveOptions = {
    ...{ dataDir: data, databaseUrl, s3, verify: verify === true },
    onProgress: (what) => progress.show(what),
  }
  try {
    return await moveStorage(options)
  } catch (error) {
    throw failureOf(error)
  } finally {
    progress.clear()
  }
}

function failureOf(error: unknown): ExitError {
  if (!isStorageDown(error)) {
    const reason = messageOf(error)
    return new ExitError(exitCodes.failed, `the move has stopped: ${reason}`, { cause: error })
  }
  // What the database or S3 said itself; its address may hold a password, and is not named.
  return new ExitError(
    exitCodes.failed,
    `the move has stopped, as storage does not answer: ${firstReason(error)}; run it again, and it goes on where it was`,
    { cause: error },
  )
}

/** Redis has no part in a move: what is in it comes out of the database when nodes start. */
async function readTarget(): Promise<Pick<MoveOptions, 'databaseUrl' | 's3'>> {
  const redis = process.env['CCR_REDIS_URL'] ?? process.env['CCR_REDIS_URL_FILE']
  const { scaleOut } = await readConfig(
    redis === undefined ? { CCR_REDIS_URL: 'redis://not-asked.invalid' } : {},
  )
  if (scaleOut === null) throw noDatabase()
  return scaleOut
}

function formatReport({ channels, tables }: MoveReport): string {
  const rows = channels.map(({ channel, contents, different }) => [
    channel,
    ...(['cues', 'decodes', 'airings', 'gaps', 'runs'] as const).map((kind) =>
      String(contents[kind].count),
    ),
    formatBytes(contents.bytes.count),
    different.length === 0 ? 'the same' : `DIFFERENT: ${different.join(', ')}`,
  ])
  const headings = [
    'CHANNEL',
    'CUES',
    'DECODES',
    'AIRINGS',
    'GAPS',
    'RUNS',
    'ORIGINAL BYTES',
    'COMPARED',
  ]
  const others = tables
    .filter(({ rows: count }) => count > 0)
    .map(({ title, rows: count, different }) => [
      title,
      String(count),
      different.length === 0 ? 'the same' : `DIFFERENT: ${different.length}`,
    ])
  return `${formatTable([headings, ...rows])}\n${formatTable([['ALSO', 'COUNT', 'COMPARED'], ...others])}`
}

const mostNames = 5

function problemsOf({ channels, tables }: MoveReport): string[] {
  return [
    ...channels.flatMap(({ channel, different, losses }) => [
      ...different.map((kind) => `${channel}: ${kind} differ`),
      ...losses.map((reason) => `${channel}: ${reason}`),
    ]),
    ...tables.flatMap(({ title, different }) =>
      different.length === 0
        ? []
        : `${title}: ${different.length} differ or are missing: ${different.slice(0, mostNames).join(', ')}${different.length > mostNames ? ' …' : ''}`,
    ),
  ]
}
