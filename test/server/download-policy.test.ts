import assert from 'node:assert/strict'
import { it } from 'node:test'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { airingEvent, cueEvent, runEvent } from '../conformance/events.ts'
import { feedAll, problemOf } from '../support/download.ts'
import { addChannel, startServer, temporaryFolder } from '../support/processes.ts'

it('shows a delayed reader nothing beyond the delay, in no form', async () => {
  await using folder = await temporaryFolder()
  const own = await addChannel(folder.path, 'delayed')
  await using server = await startServer(folder.path)
  const address = (rest: string): string => `${server.url}/api/v1/channels/delayed/${rest}`
  const setPolicy = (policy: object): Promise<void> => changePolicy(folder.path, policy)
  const now = Date.now()
  const time = (secondsAgo: number): string => new Date(now - secondsAgo * 1000).toISOString()
  await feedAll(server, 'delayed', own, [
    runEvent(1, { startedAt: time(600) }),
    cueEvent(2, 1, 0, { start: time(500), end: time(499), text: 'old enough' }),
    cueEvent(3, 2, 0, { start: time(20), end: time(19), text: 'too fresh' }),
    airingEvent(4, 'fresh', 0, null, { start: time(30) }),
    { seq: 5, type: 'end' },
  ])
  await setPolicy({ delaySeconds: 120 })
  for (const format of ['srt', 'json', 'txt'] as const) {
    const url = address(`download?format=${format}&from=${time(1000)}&to=${time(-1000)}`)
    await untilSettled(async () => !(await (await fetch(url)).text()).includes('too fresh'))
    const body = await (await fetch(url)).text()
    assert.ok(body.includes('old enough'))
    assert.doesNotMatch(body, /too fresh|fresh/)
    const privileged = await fetch(url, { headers: { authorization: `Bearer ${own}` } })
    assert.match(await privileged.text(), /too fresh/)
  }
  const size = await fetch(address(`download/size?format=srt&from=${time(1000)}&to=${time(-1000)}`))
  assert.equal(((await size.json()) as { cues: number }).cues, 1)
  const airing = await fetch(address('download?format=srt&airing=fresh'))
  assert.match(await problemOf(airing), /^404 not-found/)
  await setPolicy({ export: false })
  const rests = [
    'download?format=srt',
    'download/size?format=srt',
    'download.zip?format=srt&airing=fresh',
  ]
  for (const rest of rests) {
    await untilSettled(async () => (await fetch(address(rest))).status === 403)
    assert.match(await problemOf(await fetch(address(rest))), /^403 forbidden/)
  }
  await setPolicy({ visibility: 'private' })
  await untilSettled(async () => (await fetch(address(rests[0] ?? ''))).status === 404)
  for (const rest of rests)
    assert.match(await problemOf(await fetch(address(rest))), /^404 unknown-channel/)
})

async function changePolicy(path: string, policy: object): Promise<void> {
  await using directory = openSqliteDirectory(path)
  const channel = directory.channel('delayed')
  assert.ok(channel !== undefined)
  await directory.replaceChannel({ ...channel, policy: { ...channel.policy, ...policy } })
}

/** What is changed in the folder acts in a running server within a second. */
async function untilSettled(isSo: () => Promise<boolean>): Promise<void> {
  for (let n = 0; n < 100 && !(await isSo()); n++)
    await new Promise((resolve) => setTimeout(resolve, 50))
}
