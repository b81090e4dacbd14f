import { Option, type Command } from 'commander'
import { usageError } from './exit.ts'

/** A flag that also has its `CCR_…` variable: `--port` is `CCR_PORT`, `--start-at` is `CCR_START_AT`. */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`CCR_${option.name().replace(/^no-/, '').replaceAll('-', '_').toUpperCase()}`)
}

/** Stops at a `CCR_…` variable that no command knows: it is a misspelling, and would do nothing. */
export function rejectUnknownVariables(
  program: Command,
  settings: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const known = new Set([...settings, ...variablesOf(program)])
  const unknown = Object.keys(env).filter((name) => name.startsWith('CCR_') && !known.has(name))
  if (unknown.length > 0)
    throw usageError(
      `unknown environment variable ${unknown.sort().join(', ')}; docs/configuration.md lists those that exist`,
    )
}

function variablesOf(command: Command): string[] {
  return [
    ...command.options.flatMap((option) => option.envVar ?? []),
    ...command.commands.flatMap(variablesOf),
  ]
}
