import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { parseConfig, roles } from '../../src/server/config.ts'
import { withSecretFiles } from '../../src/server/secret-files.ts'
import { temporaryFolder } from '../support/processes.ts'

const engines = {
  CCR_REDIS_URL: 'rediss://:secret@redis.example:6379',
  CCR_DATABASE_URL: 'postgres://ccr:secret@db.example/ccr',
}
const s3 = {
  CCR_S3_URL: 'https://s3.example',
  CCR_S3_BUCKET: 'captions',
  CCR_S3_ACCESS_KEY: 'key',
  CCR_S3_SECRET_KEY: 'secret',
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  const parsed = parseConfig(env)
  return parsed.ok ? [] : parsed.problems
}

describe('settings of several nodes', () => {
  it('a node alone keeps all in its folder and does everything', () => {
    const parsed = parseConfig({})
    assert.ok(parsed.ok)
    assert.equal(parsed.config.scaleOut, null)
    assert.deepEqual([...parsed.config.roles], roles)
  })

  it('takes Redis and PostgreSQL together, with S3 or without', () => {
    const plain = parseConfig({ ...engines, CCR_ARCHIVE_INTERVAL: '30', CCR_ROLES: 'live, api' })
    assert.ok(plain.ok)
    assert.equal(plain.config.scaleOut?.s3, null)
    assert.equal(plain.config.scaleOut.archiveEveryMs, 30_000)
    assert.deepEqual([...plain.config.roles], ['live', 'api'])
    const full = parseConfig({ ...engines, ...s3 })
    assert.ok(full.ok)
    assert.equal(full.config.scaleOut?.s3?.bucket, 'captions')
    assert.equal(full.config.scaleOut.s3.region, 'us-east-1')
  })

  it('says what is wrong, and never what is secret', () => {
    const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ CCR_REDIS_URL: engines.CCR_REDIS_URL }, /one is set without the other/],
      [s3, /CCR_S3_….*CCR_DATABASE_URL too/],
      [{ ...engines, CCR_S3_URL: s3.CCR_S3_URL }, /some are set without the others/],
      [{ CCR_ROLES: 'live' }, /a node alone has every role/],
      [{ ...engines, CCR_ROLES: 'live,ingress' }, /expected some of ingest, live/],
      [{ ...engines, CCR_REDIS_URL: 'http://:secret@host' }, /^CCR_REDIS_URL: expected/],
      [{ ...engines, CCR_DATABASE_URL: 'mysql://u:secret@host' }, /^CCR_DATABASE_URL: expected/],
    ]
    for (const [env, says] of wrong) {
      const problems = problemsOf(env)
      assert.equal(problems.length, 1)
      assert.match(problems[0] ?? '', says)
      assert.ok(!problems.join('').includes('secret@'))
    }
  })

  it('reads secrets from files', async () => {
    await using folder = await temporaryFolder()
    const file = path.join(folder.path, 'url')
    writeFileSync(file, `${engines.CCR_DATABASE_URL}\n`)
    const { env, problems } = withSecretFiles({ CCR_DATABASE_URL_FILE: file })
    assert.deepEqual(problems, [])
    assert.equal(env['CCR_DATABASE_URL'], engines.CCR_DATABASE_URL)
    writeFileSync(file, '\n')
    const missing = path.join(folder.path, 'missing')
    const wrong = withSecretFiles({
      ...{ CCR_DATABASE_URL_FILE: file, CCR_REDIS_URL_FILE: missing },
      ...{ CCR_SMTP_URL: 'smtp://host', CCR_SMTP_URL_FILE: file },
    }).problems
    assert.equal(wrong.length, 3)
    assert.match(wrong.join('\n'), /first line of .*url is empty/)
    assert.match(wrong.join('\n'), /CCR_REDIS_URL_FILE: ENOENT/)
    assert.match(wrong.join('\n'), /CCR_SMTP_URL and CCR_SMTP_URL_FILE: one of them is enough/)
  })
})
