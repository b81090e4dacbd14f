import { Option, type Command } from 'commander'
import type { ChannelRecord, Directory } from '../../server/ports/directory.ts'
import type { ChannelFlags } from '../channel-fields.ts'
import { dataFlag, withDirectory } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'
import { ExitError, exitCodes } from '../shared/exit.ts'
import { formatTable } from '../shared/table.ts'

/** `ccr channel`: what administrators say of channels, on a data folder, while a server runs or not. */
export function registerChannel(program: Command): void {
  const channel = program.command('channel').description('add, list, edit and remove channels')
  channel.addHelpText(
    'after',
    '\nExample:\n  ccr channel add wxyz --name "WXYZ 7"\n  ccr channel list',
  )

  withFields(channel.command('add <id>'))
    .description('add a channel; the id is part of every address: small letters, digits, hyphens')
    .addHelpText(
      'after',
      '\nExample:\n  ccr channel add wxyz --name "WXYZ 7" --network XYZ --country US --language en,es --time-zone America/Detroit',
    )
    .action(async (id: string, flags: ChannelFlags) => {
      const { createRecord } = await import('../channel-fields.ts')
      const record = createRecord(id, flags, process.env['CCR_ACCESS'])
      await withDirectory(flags.data, async (directory) => {
        if ((await directory.createChannel(record)) === 'conflict')
          throw failure(`channel ${id} exists already; ccr channel edit ${id} changes it`)
      })
      print(flags, record, `added channel ${id}`)
    })

  withFields(channel.command('edit <id>'))
    .description('change what is said of a channel; a flag with an empty value clears')
    .addHelpText('after', '\nExample:\n  ccr channel edit wxyz --network "" --visibility private')
    .action(async (id: string, flags: ChannelFlags) => {
      const { changeRecord } = await import('../channel-fields.ts')
      const record = await withDirectory(flags.data, async (directory) => {
        const changed = changeRecord(find(directory, id), flags)
        await directory.replaceChannel(changed)
        return changed
      })
      print(flags, record, `changed channel ${id}`)
    })

  channel
    .command('list')
    .description('list the channels')
    .addOption(dataFlag())
    .addOption(flag('--json', 'print JSON'))
    .addHelpText('after', '\nExample:\n  ccr channel list --json')
    .action(async (flags: { data: string; json?: boolean }) => {
      const channels = await withDirectory(flags.data, (directory) => directory.channels())
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(channels, null, 2)}\n` : listing(channels),
      )
    })

  channel
    .command('remove <id>')
    .description('remove a channel and revoke its feed tokens; what it has stored stays')
    .addOption(dataFlag())
    .addHelpText('after', '\nExample:\n  ccr channel remove wxyz')
    .action(async (id: string, flags: { data: string }) => {
      await withDirectory(flags.data, async (directory) => {
        find(directory, id)
        await directory.removeChannel(id)
      })
      process.stdout.write(`removed channel ${id}\n`)
    })
}

function withFields(command: Command): Command {
  const fields = [
    flag('--name <text>', 'name that people read'),
    flag('--network <text>', 'network it belongs to'),
    flag('--country <code>', 'two letters, as US'),
    flag('--language <codes>', 'BCP 47, several with commas, as en,es'),
    flag('--time-zone <name>', 'IANA, as America/New_York'),
    flag('--description <text>', 'a few sentences'),
    flag('--tag <words>', 'several with commas'),
    flag('--website <url>', 'its own site'),
    flag('--logo <url>', 'a picture'),
    flag('--visibility <who>', 'who may read it').choices(['public', 'signed-in', 'private']),
    flag('--delay <seconds>', 'show everything this much later'),
    flag('--snippet <words>', 'longest quotation in searches; empty = no limit'),
    flag('--retention <days>', 'delete what is older; empty = keep'),
    flag('--export <yesno>', 'allow downloads').choices(['yes', 'no']),
    flag('--robots <yesno>', 'allow search engines').choices(['yes', 'no']),
  ]
  for (const option of fields) command.addOption(option)
  // Another spelling for those who think of several.
  command.addOption(new Option('--languages <codes>').hideHelp())
  command.addOption(new Option('--tags <words>').hideHelp())
  return command.addOption(dataFlag()).addOption(flag('--json', 'print the channel as JSON'))
}

function find(directory: Directory, id: string): ChannelRecord {
  const found = directory.channel(id)
  if (found === undefined)
    throw failure(`there is no channel ${id}; ccr channel list shows those there are`)
  return found
}

function failure(message: string): ExitError {
  return new ExitError(exitCodes.failed, message)
}

function print(flags: ChannelFlags, record: ChannelRecord, sentence: string): void {
  process.stdout.write(
    flags.json === true ? `${JSON.stringify(record, null, 2)}\n` : `${sentence}\n`,
  )
}

function listing(channels: readonly ChannelRecord[]): string {
  return formatTable([
    ['ID', 'NAME', 'NETWORK', 'LANGUAGES', 'VISIBILITY'],
    ...channels.map(({ id, name, network, languages, policy }) => [
      id,
      name,
      network ?? '',
      languages.join(','),
      policy.visibility,
    ]),
  ])
}
