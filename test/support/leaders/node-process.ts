import { distantLog, hearNews } from './distant-log.ts'
import { openNode } from './open-node.ts'

/**
 * One node of several, to be killed and paused: DATABASE, LOG and CHANNELS (with commas) say of what, LEASE_MS how long its
 * lead lasts. Says `leads NAME TERM` whenever it begins to.
 */
const { DATABASE = '', LOG = '', CHANNELS = '', LEASE_MS = '' } = process.env
const say = (fields: object, message: string): void => {
  if (message === 'this node leads' && 'name' in fields && 'term' in fields)
    process.stdout.write(`leads ${String(fields.name)} ${String(fields.term)}\n`)
}
const complain = (fields: object, message: string): void =>
  void process.stderr.write(`${message} ${'err' in fields ? String(fields.err) : ''}\n`)
const node = await openNode({
  ...{ url: DATABASE, log: distantLog(LOG), channels: CHANNELS.split(',') },
  logger: { debug: () => undefined, info: say, warn: complain, error: complain },
  leaseMs: Number(LEASE_MS),
})
process.stdout.write('ready\n')
await hearNews(LOG, (announcement) => node.alerts.service.take(announcement))
