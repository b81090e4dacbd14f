import { Command, CommanderError } from 'commander'
import { messageOf } from '../protocol/message-of.ts'
import { rejectUnknownVariables, tidyVariables } from './shared/environment.ts'
import { ExitError, exitCodes } from './shared/exit.ts'
import { readVersion } from './version.ts'

/** What shells say of a program that SIGPIPE (13) has ended. */
const endedByPipe = 128 + 13

/** A file of `commands/` adds its command; what that runs is loaded when it is used. */
export type Register = (program: Command) => void

export interface ProgramParts {
  readonly commands: readonly Register[]
  /** Variables that are known without being a flag's. */
  readonly settings: readonly string[]
  readonly description: string
  readonly help: string
}

export function createProgram({ commands, description, help }: ProgramParts): Command {
  const program = new Command('ccr')
    .description(description)
    .version(readVersion())
    .addHelpText('after', help)
    .showHelpAfterError('(ccr --help, or ccr COMMAND --help, shows how, with an example)')
  for (const register of commands) register(program)
  overrideExits(program)
  return program
}

function overrideExits(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) overrideExits(child)
}

/** Runs the command that the process was started with; its exit code is set. */
export async function runProgram(parts: ProgramParts): Promise<void> {
  followParent()
  endWithReader()
  const program = createProgram(parts)
  try {
    rejectUnknownVariables(program, parts.settings, process.env)
    process.env = tidyVariables(program, process.env)
    await program.parseAsync(process.argv)
  } catch (error) {
    process.exitCode = report(error)
  }
}

function report(error: unknown): number {
  // Commander has printed its own errors and help already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage
  const text = messageOf(error)
  process.stderr.write(`ccr: ${text}\n`)
  return error instanceof ExitError ? error.exitCode : exitCodes.failed
}

/** Whoever reads the output has enough of it, as `head` has: this ends as the system ends other programs then. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit(endedByPipe)
  })
}

/** Started by another process of ours, this one ends with it, however that one ended. */
function followParent(): void {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.channel?.unref()
}
