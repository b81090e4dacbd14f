import assert from 'node:assert/strict'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { openSqliteDirectory } from '../../../src/server/engines/sqlite/sqlite-directory.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Running,
  type Server,
} from '../../support/processes.ts'
import { Television } from '../../support/television.ts'

/** `ccr send --config` as a service runs it, against a real server and a tuner at the pace of television. */
describe('channels of one file', { concurrency: 3 }, () => {
  let folder: Folder
  let server: Server
  let television: Television
  let data: string
  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    mkdirSync(path.join(folder.path, 'etc'))
    server = await startServer(data)
    television = await Television.open()
  })
  after(async () => {
    await television[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const config = (name: string): string => path.join(folder.path, 'etc', `${name}.yaml`)
  /** As editors do: another file takes its place. */
  const replace = (file: string, text: string): void => {
    writeFileSync(`${file}~`, text)
    renameSync(`${file}~`, file)
  }
  const writeChannels = (name: string, lines: readonly string[]): void =>
    replace(
      config(name),
      [
        `server: ${server.url}`,
        `spool: ${path.join(folder.path, 'spool', name)}`,
        'channels:',
        ...lines.map((line) => `  - { ${line} }`),
      ].join('\n'),
    )
  const line = (channel: string, more = ''): string =>
    `channel: ${channel}, input: ${television.url}/${channel}.ts, tokenFile: ${path.join(folder.path, 'etc', `${channel}.token`)}${more}`
  const make = async (...channels: string[]): Promise<void> => {
    for (const channel of channels)
      replace(path.join(folder.path, 'etc', `${channel}.token`), await addChannel(data, channel))
  }
  const tokenFor = async (channel: string): Promise<string> => {
    await using directory = openSqliteDirectory(data)
    return (await directory.createToken({ feed: channel }, 'test', null)).token
  }
  const runsOf = async (channel: string): Promise<string[]> => {
    const answer = await fetch(`${server.url}/api/v1/channels/${channel}/cues?limit=1000`)
    const { items } = (await answer.json()) as { items: { run: string }[] }
    return [...new Set(items.map((cue) => cue.run))]
  }
  const states = (sender: Running): Map<string, string> =>
    new Map(
      sender
        .stderr()
        .split('\n')
        .filter((text) => text.includes('"status"'))
        .map((text) => JSON.parse(text) as { channel: string; state: string })
        .map(({ channel, state }) => [channel, state]),
    )

  it('come, change and go while the others go on', async () => {
    await make('stays', 'changes', 'goes', 'comes')
    writeChannels('some', [line('stays'), line('changes'), line('goes')])
    await using sender = run(['send', '--config', config('some')])
    for (const channel of ['stays', 'changes', 'goes'])
      await until(`a cue of ${channel}`, async () => (await runsOf(channel)).length > 0)
    const [before] = await runsOf('stays')

    writeChannels('some', [line('comes'), line('changes', ', tracks: "CC1:en-US"'), line('stays')])
    await until('it is read again', () => /"msg":"read again"/.test(sender.stderr()))
    assert.match(
      sender.stderr(),
      /"added":\["comes"\],"changed":\["changes"\],"removed":\["goes"\]/,
    )
    await until('the new one is fed', async () => (await runsOf('comes')).length > 0)
    await until('the changed one has a new run', async () => (await runsOf('changes')).length > 1)
    await until(
      'the tuner of the removed one is free',
      () => !television.watched.includes('/goes.ts'),
    )
    assert.deepEqual(await runsOf('stays'), [before])
    assert.equal(television.asked.filter((url) => url === '/stays.ts').length, 1)

    // Another sender has the removed channel at once: its run was ended.
    const token = path.join(folder.path, 'etc', 'goes.token')
    await using other = run([
      ...['send', '--server', server.url, '--channel', 'goes', '--token-file', token],
      ...['--input', `${television.url}/other.ts`, '--spool', path.join(folder.path, 'other')],
    ])
    await until('it feeds', async () => (await runsOf('goes')).length > 1, 15_000)
    assert.doesNotMatch(other.stderr(), /Another producer/)

    sender.child.kill('SIGTERM')
    assert.equal(await sender.ended, 0, sender.stderr())
  })

  it('go on when the file is wrong, which is told with its line', async () => {
    await make('good', 'typo', 'late')
    writeChannels('wrong', [line('good'), line('typo')])
    await using sender = run(['send', '--config', config('wrong')])
    for (const channel of ['good', 'typo'])
      await until(`a cue of ${channel}`, async () => (await runsOf(channel)).length > 0)
    replace(config('wrong'), 'server: [')
    await until('it is told', () => /wrong\.yaml: .*line 1/.test(sender.stderr()))
    writeChannels('wrong', [line('good'), line('typo', ', trakcs: CC1'), line('late')])
    await until('its line is told', () => /wrong\.yaml:5: .*trakcs/.test(sender.stderr()))
    await until('a right one comes all the same', async () => (await runsOf('late')).length > 0)
    assert.deepEqual(
      [...states(sender)].sort(),
      ['good', 'late', 'typo'].map((channel) => [channel, 'sending']),
    )
    for (const channel of ['good', 'typo']) assert.equal((await runsOf(channel)).length, 1)
  })

  it('come back when their token is another, and at a SIGHUP when they were refused', async () => {
    await make('renewed')
    const etc = path.join(folder.path, 'etc')
    replace(path.join(etc, 'missing.token'), await tokenFor('missing'))
    writeChannels('tokens', [line('renewed'), line('missing')])
    await using sender = run(['send', '--config', config('tokens')])
    await until('a cue', async () => (await runsOf('renewed')).length > 0)
    await until('one is refused', () => states(sender).get('missing') === 'refused')
    replace(path.join(etc, 'renewed.token'), await tokenFor('renewed'))
    await until('it came back', async () => (await runsOf('renewed')).length > 1)
    assert.match(sender.stderr(), /"changed":\["renewed"\]/)

    await addChannel(data, 'missing')
    sender.child.kill('SIGHUP')
    await until('it is fed', async () => (await runsOf('missing')).length > 0)
    assert.equal(sender.child.exitCode, null)
  })
})
