import type { Command, Option } from 'commander'

/** A manual page (section 1) of a program and its commands, out of what they say of themselves. */
export function manPage(program: Command, facts: { version: string; date: string }): string {
  const name = program.name()
  return [
    `.TH ${name.toUpperCase()} 1 "${facts.date}" "${name} ${facts.version}" "User Commands"`,
    '.SH NAME',
    `${name} \\- ${escape(lowerFirst(program.description().replace(/\.$/, '')))}`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.I command',
    '[\\fIoptions\\fR]',
    '.SH DESCRIPTION',
    escape(program.description()),
    '.SH COMMANDS',
    ...program.commands.flatMap((command) => commandText(command)),
    '.SH EXIT STATUS',
    ...item('0', 'done'),
    ...item('1', 'failed'),
    ...item('2', 'wrong usage, an unknown CCR_\u2026 variable too'),
    ...item('3', 'refused by the server, with the reason'),
    '.SH ENVIRONMENT',
    'Every option that names a variable takes its value from there when it is not given.',
    'An unknown variable whose name begins with CCR_ stops the program.',
    '.SH FILES',
    ...item('/etc/ccr/channels.yaml', 'what the service ccr-send feeds'),
    ...item('/etc/ccr/ccr.env', 'variables of the service'),
    ...item('/var/lib/ccr/spool', 'what the server has not yet stored'),
    '',
  ].join('\n')
}

function commandText(command: Command): string[] {
  const args = command.registeredArguments.map((one) => `\\fI${escape(one.name())}\\fR`)
  const examples = examplesOf(command)
  return [
    `.SS "${[command.name(), ...args].join(' ')} [\\fIoptions\\fR]"`,
    `${escape(upperFirst(command.description()))}.`,
    ...command.registeredArguments.flatMap((one) => item(one.name(), one.description)),
    ...command.options.flatMap((option) => item(option.flags, optionText(option))),
    ...(examples === '' ? [] : ['.PP', '.nf', escape(examples), '.fi']),
  ]
}

function optionText({ description, envVar, defaultValue }: Option): string {
  const usual: unknown = defaultValue
  const standard = typeof usual === 'string' ? ` (default: ${usual})` : ''
  return description + standard + (envVar === undefined ? '' : ` [${envVar}]`)
}

/** What a command's help says after its options. */
function examplesOf(command: Command): string {
  let help = ''
  command.configureOutput({ writeOut: (text) => (help += text) })
  command.outputHelp()
  const at = help.search(/^Examples?:$/m)
  return at === -1 ? '' : help.slice(at).trim()
}

function item(term: string, text: string): string[] {
  return ['.TP', `.B ${escape(term)}`, escape(text)]
}

/** Text as roff takes it: no escapes, no requests, dashes that can be typed again. */
function escape(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(['.])/gm, '\\&$1')
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
