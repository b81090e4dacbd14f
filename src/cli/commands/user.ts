import { Option, type Command } from 'commander'
import type { UserFlags } from '../user.ts'
import { dataFlag } from '../shared/data-directory.ts'
import { flag } from '../shared/environment.ts'

/** `ccr user`: people, on a data folder, while a server runs or not. */
export function registerUser(program: Command): void {
  const user = program.command('user').description('add, list, edit and remove people')
  user.addHelpText(
    'after',
    '\nExample:\n  ccr user add ada@example.org --role admin\n  ccr user link ada@example.org',
  )

  withFields(user.command('add <email>'))
    .description('add a person; ccr user link, or a mailed link, lets them in')
    .addHelpText(
      'after',
      '\nExample:\n  ccr user add ada@example.org --role operator --channels wxyz,wabc --name "Ada"',
    )
    .action(async (email: string, flags: UserFlags) => {
      await (await import('../user.ts')).addUser(email, flags)
    })

  user
    .command('list')
    .description('list the people')
    .addOption(dataFlag())
    .addOption(flag('--json', 'print JSON'))
    .addHelpText('after', '\nExample:\n  ccr user list --json')
    .action(async (flags: UserFlags) => {
      await (await import('../user.ts')).listUsers(flags)
    })

  withFields(user.command('edit <email>'))
    .description('change a person; it holds within a second, also for what is open')
    .addOption(new Option('--email <address>', 'another address'))
    .addHelpText('after', '\nExample:\n  ccr user edit ada@example.org --role viewer')
    .action(async (email: string, flags: UserFlags) => {
      await (await import('../user.ts')).editUser(email, flags)
    })

  user
    .command('remove <email>')
    .description('remove a person with all that is theirs: sessions, passkeys, tokens')
    .addOption(dataFlag())
    .addHelpText('after', '\nExample:\n  ccr user remove ada@example.org')
    .action(async (email: string, flags: UserFlags) => {
      await (await import('../user.ts')).removeUser(email, flags)
    })

  user
    .command('link <email>')
    .description('print a link that signs a person in, once, within 24 hours')
    .addOption(
      flag('--server <url>', 'where people reach the server (default: CCR_PUBLIC_URL, or here)'),
    )
    .addOption(dataFlag())
    .addHelpText(
      'after',
      '\nExample:\n  ccr user link ada@example.org --server https://captions.example',
    )
    .action(async (email: string, flags: UserFlags) => {
      await (await import('../user.ts')).printLink(email, flags)
    })
}

/** Without variables: a name or role of the environment would be that of everybody. */
function withFields(command: Command): Command {
  return command
    .addOption(
      new Option('--role <role>', 'what they may').choices(['viewer', 'operator', 'admin']),
    )
    .addOption(new Option('--channels <ids>', 'that an operator looks after, with commas'))
    .addOption(new Option('--name <text>', 'what they are called'))
    .addOption(dataFlag())
    .addOption(flag('--json', 'print the person as JSON'))
}
