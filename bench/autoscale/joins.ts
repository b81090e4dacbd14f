import { fork } from 'node:child_process'
import { rm } from 'node:fs/promises'
import type { FeedersNews } from '../live/feeders.ts'
import { cpuMs, news, pause } from '../live/processes.ts'
import { prepareFolder, startServe } from '../live/serve.ts'
import type { ViewersNews } from '../live/viewers.ts'

const idleMs = 4000

/**
 * Milliseconds of the server's processor for one viewer that comes: handshake and four subscriptions, while 100 channels are
 * fed. What is sent to those who are there already is in it, by half of them on average: a join costs that at most.
 */
export async function measureJoin(viewers: number): Promise<number> {
  const { folder, token } = await prepareFolder([])
  await using server = await startServe(folder)
  const { url, pid } = server
  const feeders = fork(new URL('../live/feeders.ts', import.meta.url), [url, token, '0'])
  const children = [feeders]
  try {
    await news<FeedersNews, 'ready'>(feeders, 'ready')
    feeders.send({ type: 'play' })
    await news<FeedersNews, 'playing'>(feeders, 'playing')
    await pause(idleMs)
    const idle = cpuMs(pid)
    await pause(idleMs)
    const idleShare = (cpuMs(pid) - idle) / idleMs
    const before = cpuMs(pid)
    const began = Date.now()
    const crowd = fork(new URL('../live/viewers.ts', import.meta.url), [
      ...['ours', new URL(url).port, String(viewers)],
    ])
    children.push(crowd)
    await news<ViewersNews, 'ready'>(crowd, 'ready')
    return (cpuMs(pid) - before - idleShare * (Date.now() - began)) / viewers
  } finally {
    for (const child of children) child.kill()
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  }
}
