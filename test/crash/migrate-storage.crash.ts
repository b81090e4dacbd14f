import assert from 'node:assert/strict'
import path from 'node:path'
import { it } from 'node:test'
import { openSqliteReading } from '../../src/server/engines/sqlite/sqlite-reading.ts'
import { readContents } from '../../src/server/engines/move/compare.ts'
import { openArchive } from '../engines/postgres/archive-rig.ts'
import { S3Objects } from '../../src/server/engines/s3-objects.ts'
import { startPostgres, withoutPostgres } from '../support/database.ts'
import { fillFolder, migrate, migrateAndKill } from '../support/moved-folder.ts'
import { startS3 } from '../support/s3.ts'
import { temporaryFolder } from '../support/processes.ts'
import { createRandom } from '../support/random.ts'

const moves = 3

it(
  'a move that is killed again and again leaves nothing out and moves nothing twice',
  { skip: withoutPostgres },
  async (t) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000)
    t.diagnostic(`seed ${seed}`)
    const random = createRandom(seed)
    await using server = await startPostgres()
    await using s3 = await startS3()
    const { url: s3Url, bucket, accessKey, secretKey } = s3
    const env = {
      ...{ CCR_S3_URL: s3Url, CCR_S3_BUCKET: bucket },
      ...{ CCR_S3_ACCESS_KEY: accessKey, CCR_S3_SECRET_KEY: secretKey },
    }
    await using objects = new S3Objects({ ...s3, region: 'us-east-1' })
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await fillFolder(data)
    await using reading = await openSqliteReading(data)
    assert.ok(reading !== undefined)
    let kills = 0
    for (let n = 0; n < moves; n++) {
      const url = await server.newDatabase()
      for (let round = 0; round < 4; round++)
        kills += Number(await migrateAndKill(data, url, 1 + random.below(5), env))
      const moved = await migrate(data, url, [], env)
      assert.equal(moved.code, 0, moved.stderr)
      await using rig = await openArchive(url, { objects })
      for (const channel of ['news', 'sport'])
        assert.deepEqual(
          await readContents(rig.archive, channel),
          await readContents(reading, channel),
        )
    }
    t.diagnostic(`${kills} kills came in time`)
    assert.ok(kills >= moves)
  },
)
