import { Command, CommanderError } from 'commander'
import { registerAlert } from './commands/alert.ts'
import { registerBackup } from './commands/backup.ts'
import { registerChannel } from './commands/channel.ts'
import { registerConvert } from './commands/convert.ts'
import { registerDemo } from './commands/demo.ts'
import { registerDestination } from './commands/destination.ts'
import { registerDownload } from './commands/download.ts'
import { registerIndex } from './commands/index.ts'
import { registerInspect } from './commands/inspect.ts'
import { registerRedecode } from './commands/redecode.ts'
import { registerRestore } from './commands/restore.ts'
import { registerSearch } from './commands/search.ts'
import { registerSend } from './commands/send.ts'
import { registerServe } from './commands/serve.ts'
import { registerStatus } from './commands/status.ts'
import { registerToken } from './commands/token.ts'
import { registerUser } from './commands/user.ts'
import { registerVerify } from './commands/verify.ts'
import { registerWatch } from './commands/watch.ts'
import { rejectUnknownVariables, tidyVariables } from './environment.ts'
import { ExitError, exitCodes } from './exit.ts'
import { readVersion } from './version.ts'

/** Each command is a file in `commands/` that adds itself; what it runs is loaded when it is used. */
const commands: readonly ((program: Command) => void)[] = [
  registerServe,
  registerSend,
  registerStatus,
  registerInspect,
  registerConvert,
  registerWatch,
  registerDownload,
  registerDemo,
  registerChannel,
  registerToken,
  registerUser,
  registerRedecode,
  registerSearch,
  registerAlert,
  registerDestination,
  registerIndex,
  registerBackup,
  registerRestore,
  registerVerify,
]

/** Settings of `ccr serve` that have no flag; src/server/config.ts says what they mean. */
const settings: readonly string[] = [
  'CCR_PUBLIC_URL',
  'CCR_TRUST_PROXY',
  'CCR_TLS_CERT',
  'CCR_TLS_KEY',
  'CCR_CONTACT',
  'CCR_SOURCE_URL',
  'CCR_ACCESS',
  'CCR_SIGN_IN',
  'CCR_SIGN_UP',
  'CCR_RATE_LIMIT',
  'CCR_SOCKETS_PER_ADDRESS',
  'CCR_SOCKETS_PER_TOKEN',
  'CCR_SMTP_URL',
  'CCR_MAIL_FROM',
  'CCR_WEBHOOK_ALLOW_PRIVATE',
  'CCR_LOG_LEVEL',
  'CCR_DRAIN_SECONDS',
]

function createProgram(): Command {
  const program = new Command('ccr')
    .description('The real-time repository of television captions.')
    .version(readVersion())
    .addHelpText(
      'after',
      '\nExample:\n  ccr demo                 everything at once, with sample channels\n  ccr send --help          how to feed a channel',
    )
    .showHelpAfterError('(ccr --help, or ccr COMMAND --help, shows how, with an example)')
  for (const register of commands) register(program)
  overrideExits(program)
  return program
}

function overrideExits(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExits(child)
}

async function main(): Promise<void> {
  const program = createProgram()
  try {
    rejectUnknownVariables(program, settings, process.env)
    process.env = tidyVariables(program, process.env)
    await program.parseAsync(process.argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

function report(error: unknown): number {
  // Commander has printed its own errors and help already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`ccr: ${text}\n`)
  return error instanceof ExitError ? error.exitCode : exitCodes.failed
}

/** Started by another process of ours, this one ends with it, however that one ended. */
function followParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}

followParent()
await main()
