import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import type { Command } from 'commander'
import { registerBackup } from '../../src/cli/commands/backup.ts'
import { registerChannel } from '../../src/cli/commands/channel.ts'
import { registerIndex } from '../../src/cli/commands/index.ts'
import { registerRestore } from '../../src/cli/commands/restore.ts'
import { registerSend } from '../../src/cli/commands/send.ts'
import { registerServe } from '../../src/cli/commands/serve.ts'
import { registerStatus } from '../../src/cli/commands/status.ts'
import { registerToken } from '../../src/cli/commands/token.ts'
import { registerUser } from '../../src/cli/commands/user.ts'
import { registerVerify } from '../../src/cli/commands/verify.ts'
import { createProgram } from '../../src/cli/program.ts'

const text = readFileSync('docs/operations.md', 'utf8')
const program = createProgram({
  commands: [
    ...[registerServe, registerChannel, registerToken, registerUser, registerIndex],
    ...[registerBackup, registerRestore, registerVerify, registerSend, registerStatus],
  ],
  ...{ settings: [], description: '', help: '' },
})

describe('docs/operations.md', () => {
  it('gives commands that ccr has, with flags that they have', () => {
    // A service and a namespace of that name are no command.
    const commands = text.replaceAll(/-n ccr |\bccr (?=ccr )/g, '')
    const found = [
      ...commands.matchAll(/(?<![\w/.-])(?:\/opt\/ccr\/bin\/)?ccr ((?:[a-z]+ )[^`#\n&|"]*)/g),
    ].map(([, words = '']) => words.trim().split(/\s+/))
    assert.ok(found.length >= 15, `${found.length} commands`)
    for (const words of found) {
      const command = commandOf(words)
      assert.ok(command !== undefined, words.join(' '))
      for (const flag of words.filter((word) => word.startsWith('--')))
        assert.ok(
          command.options.some(({ long }) => long === flag),
          words.join(' '),
        )
    }
  })

  it('names scripts, files and figures that there are', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>
    }
    for (const [, name = ''] of text.matchAll(/npm run ([\w:]+)/g)) assert.ok(name in scripts, name)
    for (const [, file = ''] of text.matchAll(/`((?:deploy|test)\/[\w./-]+)`/g))
      assert.ok(existsSync(file), file)
    for (const part of ['monitoring', 'monitoring-cluster']) {
      const rules = readFileSync(`deploy/kubernetes/components/${part}/rules.yaml`, 'utf8')
      for (const [name] of rules.matchAll(/\bccr_\w+/g))
        assert.ok(text.includes(`\`${name}\``), name)
    }
  })
})

/** The innermost command that these words name; undefined = they are no command. */
function commandOf(words: readonly string[]): Command | undefined {
  const outer = program.commands.find((one) => one.name() === words[0])
  return outer?.commands.find((one) => one.name() === words[1]) ?? outer
}
