import { Option, type Command } from 'commander'
import { usageError } from './exit.ts'

/** A flag that also has its `CCR_…` variable: `--port` is `CCR_PORT`, `--no-bin` is `CCR_NO_BIN`. */
export function flag(flags: string, description: string): Option {
  const option = new Option(flags, description)
  return option.env(`CCR_${option.name().replaceAll('-', '_').toUpperCase()}`)
}

/**
 * The environment as the flags' parser must see it: what is empty is not set, as in a service manager's
 * file, and a switch that says no is off, where the parser only asks whether the variable is there.
 */
export function tidyVariables(program: Command, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const switches = new Set(
    optionsOf(program).flatMap((option) => (option.isBoolean() ? (option.envVar ?? []) : [])),
  )
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => {
      if (!name.startsWith('CCR_')) return true
      if (value === undefined || value === '') return false
      return !switches.has(name) || isOn(name, value)
    }),
  )
}

function isOn(name: string, value: string): boolean {
  if (/^(1|true|yes|on)$/i.test(value)) return true
  if (/^(0|false|no|off)$/i.test(value)) return false
  throw usageError(`${name} expects yes or no, and got ${JSON.stringify(value.slice(0, 50))}`)
}

/** Stops at a `CCR_…` variable that no command knows: it is a misspelling, and would do nothing. */
export function rejectUnknownVariables(
  program: Command,
  settings: readonly string[],
  env: NodeJS.ProcessEnv,
): void {
  const known = new Set([...settings, ...optionsOf(program).flatMap(({ envVar }) => envVar ?? [])])
  const unknown = Object.keys(env).filter((name) => name.startsWith('CCR_') && !known.has(name))
  if (unknown.length > 0)
    throw usageError(
      `unknown environment variable ${unknown.sort().join(', ')}; docs/configuration.md lists those that exist`,
    )
}

function optionsOf(command: Command): Option[] {
  return [...command.options, ...command.commands.flatMap(optionsOf)]
}
