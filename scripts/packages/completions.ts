import type { Command, Option } from 'commander'

/** What shells complete: commands, their options, and files where an option or argument may be one. */
export interface Completions {
  readonly bash: string
  readonly zsh: string
  readonly fish: string
}

export function completionsOf(program: Command): Completions {
  return { bash: bash(program), zsh: zsh(program), fish: fish(program) }
}

const help = { long: '--help', description: 'show help' }

function optionsOf(command: Command): { long: string; description: string; takes: boolean }[] {
  const own = command.options.flatMap((option) =>
    option.long == null
      ? []
      : [{ long: option.long, description: option.description, takes: takesValue(option) }],
  )
  return [...own, { ...help, takes: false }]
}

function takesValue(option: Option): boolean {
  return option.required || option.optional
}

function bash(program: Command): string {
  const name = program.name()
  const cases = program.commands.map((command) => {
    const words = optionsOf(command).map(({ long }) => long)
    return `    ${command.name()}) words='${words.join(' ')}' ;;`
  })
  return `# bash completion of ${name}
_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words='${program.commands.map((command) => command.name()).join(' ')} --help --version' ;;
  esac
  if [ "$COMP_CWORD" -gt 1 ] && [[ $current != -* ]]; then
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -f -- "$current"))
  else
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}
complete -o filenames -F _${name} ${name}
`
}

function zsh(program: Command): string {
  const name = program.name()
  const commands = program.commands.map(
    (command) => `    '${command.name()}:${quoteZsh(command.description())}'`,
  )
  const cases = program.commands.map((command) => {
    const specs = optionsOf(command).map(
      ({ long, description, takes }) =>
        `'${long}[${quoteZsh(description)}]${takes ? ':value:_files' : ''}'`,
    )
    return `    ${command.name()}) _arguments ${[...specs, "'*:file:_files'"].join(' ')} ;;`
  })
  return `#compdef ${name}
_${name}() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
_${name} "$@"
`
}

function fish(program: Command): string {
  const name = program.name()
  const lines = [`# fish completion of ${name}`]
  for (const command of program.commands) {
    const text = quoteFish(command.description())
    lines.push(`complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d '${text}'`)
    for (const { long, description, takes } of optionsOf(command))
      lines.push(
        `complete -c ${name} -n '__fish_seen_subcommand_from ${command.name()}' -l ${long.slice(2)}${takes ? ' -r' : ''} -d '${quoteFish(description)}'`,
      )
  }
  return `${lines.join('\n')}\n`
}

function quoteZsh(text: string): string {
  return text.replaceAll("'", "'\\''").replaceAll(/([[\]:\\])/g, '\\$1')
}

function quoteFish(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")
}
