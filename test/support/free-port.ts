import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below those that a system gives to whoever asks for any: nobody is given one of these before it is listened at. */
const first = 16_000
const count = 16_000
/** Processes that test at the same time look in places of their own. */
const apart = 97

let tried = process.pid * apart

/** A TCP port of this machine that nobody listens at now, and that no other test is told of. */
export async function freePort(): Promise<number> {
  for (let n = 0; n < count; n++) {
    const port = first + (tried++ % count)
    if (await isFree(port)) return port
  }
  throw new Error(`all ports from ${first} to ${first + count - 1} are in use`)
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer()
  try {
    probe.listen(port, '127.0.0.1')
    await once(probe, 'listening')
  } catch {
    return false
  }
  probe.close()
  await once(probe, 'close')
  return true
}
