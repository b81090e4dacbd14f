import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { run, startServer, temporaryFolder } from '../support/processes.ts'

/** One sentence on stderr, nothing else, and the code. */
async function fails(
  args: readonly string[],
  env: Record<string, string>,
  code: number,
  message: RegExp,
): Promise<void> {
  await using ended = run(args, env)
  assert.equal(await ended.ended, code, `${args.join(' ')}: ${ended.stderr()}`)
  assert.match(ended.stderr(), message)
  assert.equal(ended.stderr().trimEnd().split('\n').length, 1, ended.stderr())
  assert.equal(ended.stdout(), '')
}

const serve = ['serve', '--port', '0']

it('ccr ends without a word when whoever reads its output has enough of it', async () => {
  await using piped = run(['send', '--help'])
  piped.child.stdout?.destroy()
  assert.equal(await piped.ended, 141)
  assert.equal(piped.stderr(), '')
})

describe('ccr serve, when it cannot start', { concurrency: 2 }, () => {
  it('names the setting that is wrong, what it expects and what came', async () => {
    const wrong: [Record<string, string>, RegExp][] = [
      [{ CCR_ACCESS: 'some' }, /CCR_ACCESS: expected public or private, and got "some"/],
      [{ CCR_RATE_LIMIT: 'x' }, /CCR_RATE_LIMIT: expected off or .* and got "x"/],
      [{ CCR_DRAIN_SECONDS: '-1' }, /CCR_DRAIN_SECONDS: expected a whole number from 0 to 600/],
      [{ CCR_TRUST_PROXY: 'blah' }, /CCR_TRUST_PROXY: expected addresses .* and got "blah"/],
      [{ CCR_PUBLIC_URL: 'here' }, /CCR_PUBLIC_URL: expected an address like/],
      [{ CCR_TLS_CERT: '/x' }, /CCR_TLS_CERT and CCR_TLS_KEY: one is set without the other/],
    ]
    for (const [env, message] of wrong) await fails(serve, env, 2, message)
    await fails(['serve', '--port', 'abc'], {}, 2, /CCR_PORT: expected a whole number from 0/)
  })

  it('says what is wrong with the address and the certificate', async () => {
    await using folder = await temporaryFolder()
    const data = ['--data', path.join(folder.path, 'data')]
    await fails([...serve, ...data], { CCR_HOST: '203.0.113.9' }, 1, /--host expects an address of/)
    const tls = { CCR_TLS_CERT: '/no/cert.pem', CCR_TLS_KEY: '/no/key.pem' }
    await fails([...serve, ...data], tls, 1, /CCR_TLS_KEY expect PEM files; .*\/no\/cert.pem/)
    const rubbish = path.join(folder.path, 'rubbish.pem')
    await writeFile(rubbish, 'rubbish')
    const bad = { CCR_TLS_CERT: rubbish, CCR_TLS_KEY: rubbish }
    await fails([...serve, ...data], bad, 1, /are not a PEM certificate and its key/)
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const port = String((taken.address() as AddressInfo).port)
    await fails(['serve', '--port', port, ...data], {}, 1, /in use by another program; choose/)
    taken.close()
  })

  it('says what is wrong with the data folder', async () => {
    await using folder = await temporaryFolder()
    const used = path.join(folder.path, 'used')
    await using server = await startServer(used)
    assert.match(server.url, /^http:/)
    await fails([...serve, '--data', used], {}, 1, /used is in use by another ccr serve; stop it/)

    const file = path.join(folder.path, 'file')
    await writeFile(file, '')
    await fails([...serve, '--data', file], {}, 1, /the data folder .*file cannot be used: /)

    for (const name of ['log.db', 'ccr.db']) {
      const future = path.join(folder.path, `future-${name}`)
      await mkdir(future)
      const database = new DatabaseSync(path.join(future, name))
      database.exec('PRAGMA user_version = 99')
      database.close()
      await fails([...serve, '--data', future], {}, 1, /was made by a newer ccr: install that one/)

      const rubbish = path.join(folder.path, `rubbish-${name}`)
      await mkdir(rubbish)
      await writeFile(path.join(rubbish, name), 'rubbish '.repeat(500))
      await fails(
        [...serve, '--data', rubbish],
        {},
        1,
        new RegExp(`${name} cannot be (?:opened|relied on): the file is not a database`),
      )
      if (name === 'ccr.db')
        await fails(['demo', '--data', rubbish], {}, 1, /the data folder .* cannot be used/)
    }
  })
})

describe('variables of flags', () => {
  it('switch off what says no, pass over what is empty, and refuse what is neither', async () => {
    await using folder = await temporaryFolder()
    const env = { CCR_DATA: path.join(folder.path, 'data') }
    const list = async (json: string): Promise<string> => {
      await using ended = run(['channel', 'list'], { ...env, CCR_JSON: json })
      assert.equal(await ended.ended, 0, ended.stderr())
      return ended.stdout()
    }
    assert.equal((await list('yes')).trim(), '[]')
    assert.match(await list('no'), /^ID/)
    assert.match(await list(''), /^ID/)
    await fails(
      ['channel', 'list'],
      { ...env, CCR_JSON: 'perhaps' },
      2,
      /CCR_JSON expects yes or no/,
    )
  })

  it('exist for every flag, and every command’s help has an example', async () => {
    const commands = [
      '',
      'serve',
      'demo',
      'send',
      'watch',
      'channel',
      'channel add',
      'channel list',
    ]
    commands.push('channel edit', 'channel remove', 'token', 'token create', 'token list')
    for (const command of [...commands, 'token revoke']) {
      await using ended = run([...command.split(' ').filter((word) => word !== ''), '--help'])
      assert.equal(await ended.ended, 0)
      const help = ended.stdout()
      assert.match(help, /^Examples?:$/m, command)
      const flags = help.split(/^ {2}(?=-)/m).slice(1)
      for (const text of flags)
        if (!/^-[hV],/.test(text)) assert.match(text.replaceAll(/\s+/g, ' '), /env: CCR_/, text)
    }
  })
})
