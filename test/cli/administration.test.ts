import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'

const program = fileURLToPath(new URL('../../bin/ccr', import.meta.url))

describe('ccr channel and ccr token', () => {
  it('make a channel and its token on a fresh folder, beside one who has it open', async () => {
    await using folder = await createFolder()
    const added = await ccr(folder.path, 'channel', 'add', 'wxyz', '--name', 'WXYZ 7', '--json')
    assert.equal(added.code, 0)
    await using directory = openSqliteDirectory(folder.path)
    assert.deepEqual(directory.channel('wxyz'), JSON.parse(added.stdout))
    const created = await ccr(folder.path, 'token', 'create', '--channel', 'wxyz')
    const [, token] = /^(ccr_[A-Za-z0-9_-]{43})\n$/.exec(created.stdout) ?? []
    await using again = openSqliteDirectory(folder.path)
    assert.deepEqual(again.check(token ?? '')?.scope, { feed: 'wxyz' })
  })

  it('change only what an edit names, and clear what is empty', async () => {
    await using folder = await createFolder()
    const fields = ['--name', 'N', '--network', 'XYZ', '--country', 'us', '--language', 'en,es']
    await ccr(folder.path, 'channel', 'add', 'news', ...fields)
    const edited = await ccr(
      folder.path,
      ...['channel', 'edit', 'news', '--network', '', '--delay', '5', '--json'],
    )
    const channel = JSON.parse(edited.stdout) as Record<string, unknown>
    assert.deepEqual(
      [channel['name'], channel['network'], channel['country'], channel['languages']],
      ['N', null, 'US', ['en', 'es']],
    )
    assert.equal((channel['policy'] as { delaySeconds: number }).delaySeconds, 5)
  })

  it('make new channels private where CCR_ACCESS says so', async () => {
    await using folder = await createFolder()
    const add = ['channel', 'add', 'a', '--name', 'A', '--json']
    const added = await ccr(folder.path, ...add, { CCR_ACCESS: 'private' })
    assert.match(added.stdout, /"visibility": "private"/)
  })

  it('tell in one sentence what is wrong, and say so by the exit code', async () => {
    await using folder = await createFolder()
    const wrong: [string[], number, RegExp][] = [
      [['channel', 'add', 'Wrong', '--name', 'x'], 2, /expected an id of small letters/],
      [['channel', 'add', 'a'], 2, /--name is missing/],
      [['channel', 'add', 'a', '--name', 'A', '--country', 'USA'], 2, /--country cannot be "USA"/],
      [['channel', 'add', 'a', '--name', 'A', '--time-zone', 'Mars'], 2, /America\/New_York/],
      [['channel', 'remove', 'none'], 1, /there is no channel none/],
      [['token', 'create'], 2, /one of --channel ID, --read and --admin/],
      [['token', 'create', '--channel', 'none'], 1, /there is no channel none/],
      [['token', 'create', '--read', '--expires', 'soon'], 2, /expects 90d/],
      [['token', 'revoke', 'none'], 1, /there is no token none/],
    ]
    for (const [args, code, message] of wrong) {
      const result = await ccr(folder.path, ...args)
      assert.equal(result.code, code, args.join(' '))
      assert.match(result.stderr, message)
      assert.equal(result.stdout, '')
      assert.equal(result.stderr.trimEnd().split('\n').length, 1)
    }
  })

  it('name the folder that cannot be used', async () => {
    const result = await ccr('/dev/null/data', 'channel', 'list')
    assert.equal(result.code, 1)
    assert.match(result.stderr, /the data folder \/dev\/null\/data cannot be used/)
  })
})

interface Result {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

function ccr(dataDir: string, ...args: (string | NodeJS.ProcessEnv)[]): Promise<Result> {
  const words = args.filter((arg) => typeof arg === 'string')
  const extra = args.find((arg) => typeof arg === 'object')
  const env = { ...process.env, CCR_DATA: dataDir, ...extra }
  return new Promise((resolve) => {
    execFile(program, words, { env }, (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr })
    })
  })
}

async function createFolder(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-cli-'))
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
