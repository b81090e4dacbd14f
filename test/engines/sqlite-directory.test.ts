import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import type { Directory } from '../../src/server/ports/directory.ts'
import { channelRecord, directoryConformance } from '../conformance/directory.conformance.ts'

directoryConformance('sqlite', async (now) => {
  const folder = await createFolder()
  const directory = openSqliteDirectory(folder.path, { now })
  const dispose = async (): Promise<void> => {
    await directory[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  }
  return new Proxy(directory, {
    get(target, key) {
      if (key === Symbol.asyncDispose) return dispose
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
})

describe('openSqliteDirectory', () => {
  it('hears within a second what another process changes', async () => {
    await using folder = await createFolder()
    await using server = openSqliteDirectory(folder.path)
    await using cli = openSqliteDirectory(folder.path)
    const { token, id } = await heard(server, async () => {
      await cli.createChannel(channelRecord('news'))
      return await cli.createToken({ feed: 'news' }, '', null)
    })
    assert.deepEqual(server.channel('news'), channelRecord('news'))
    assert.ok(server.check(token))
    await heard(server, () => cli.revokeToken(id))
    assert.equal(server.check(token), undefined)
  })

  it('is the same after it was closed and opened again', async () => {
    await using folder = await createFolder()
    let token: string
    {
      await using directory = openSqliteDirectory(folder.path)
      await directory.createChannel(channelRecord('news'))
      ;({ token } = await directory.createToken('read', 'a note', '2030-01-01T00:00:00.000Z'))
      directory.check(token)
    }
    await using directory = openSqliteDirectory(folder.path)
    assert.deepEqual(directory.channels(), [channelRecord('news')])
    assert.ok(directory.check(token))
    const [record] = directory.tokens()
    assert.equal(record?.expiresAt, '2030-01-01T00:00:00.000Z')
    assert.notEqual(record.lastUsedAt, null)
  })

  it('makes a folder that is its owner’s alone, and keeps no token’s text', async () => {
    await using folder = await createFolder()
    const dataDir = path.join(folder.path, 'new', 'data')
    let token: string
    {
      await using directory = openSqliteDirectory(dataDir)
      ;({ token } = await directory.createToken('admin', '', null))
    }
    assert.equal(statSync(dataDir).mode & 0o777, 0o700)
    const bytes = await readFile(path.join(dataDir, 'ccr.db'))
    assert.equal(bytes.includes(token.slice(4)), false)
  })

  it('refuses a database of a newer program', async () => {
    await using folder = await createFolder()
    const db = new DatabaseSync(path.join(folder.path, 'ccr.db'))
    db.exec('PRAGMA user_version = 99')
    db.close()
    assert.throws(
      () => openSqliteDirectory(folder.path),
      /ccr\.db has schema version 99, and this program knows versions up to 2/,
    )
  })
})

/** Makes a change and waits until the other side tells of it, for a second at most. */
async function heard<T>(directory: Directory, change: () => Promise<T>): Promise<T> {
  const stop = new AbortController()
  const news = new Promise<void>((resolve, reject) => {
    const deadline = setTimeout(() => reject(new Error('not heard within 1 s')), 1000)
    directory.onChange(() => {
      clearTimeout(deadline)
      resolve()
    }, stop.signal)
  })
  const result = await change()
  await news
  stop.abort()
  return result
}

async function createFolder(): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-directory-'))
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}
