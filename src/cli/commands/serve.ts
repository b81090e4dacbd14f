import { once } from 'node:events'
import type { Command } from 'commander'
import { messageOf } from '../../protocol/message-of.ts'
import type { Config } from '../../server/config.ts'
import { flag } from '../shared/environment.ts'
import { ExitError, exitCodes, firstReason } from '../shared/exit.ts'
import { readConfig } from '../shared/server-settings.ts'

/** `ccr serve`: the repository. */
export function registerServe(program: Command): void {
  program
    .command('serve')
    .description('run the repository: feeds in, archive, live captions and website out')
    .addOption(flag('--data <dir>', 'folder of the archive').default('./data'))
    .addOption(flag('--port <number>', 'port to listen on; 0 picks a free one').default('8080'))
    .addOption(flag('--host <address>', 'address to listen on').default('127.0.0.1'))
    .addHelpText(
      'after',
      '\nAll else is set by CCR_… variables: docs/configuration.md.\n\nExample:\n  ccr serve --data /var/lib/ccr --host 0.0.0.0 --port 8080',
    )
    .action(async (options: { data: string; port: string; host: string }) => {
      await serve({
        CCR_DATA: options.data,
        CCR_PORT: options.port,
        CCR_HOST: options.host,
      })
    })
}

async function serve(flags: Readonly<Record<string, string>>): Promise<void> {
  const config = await readConfig(flags)
  const { createApp } = await import('../../server/app.ts')
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort()
      // A second one is impatience, and storage survives it.
      process.once(signal, () => process.exit(exitCodes.failed))
    })
  let app
  try {
    app = await createApp(config, { signal: stop.signal })
  } catch (error) {
    // Asked to go before it had what it waits for.
    if (stop.signal.aborted) return
    throw new ExitError(exitCodes.failed, explain(error, config), { cause: error })
  }
  await using running = app
  process.stdout.write(`listening on ${running.url}\n`)
  if (running.firstAdminLink !== null)
    process.stdout.write(
      `nobody administers this server yet; this link makes you its administrator, once, within 24 hours:\n  ${running.firstAdminLink}\n`,
    )
  if (stop.signal.aborted) return
  const lost = await Promise.race([once(stop.signal, 'abort').then(() => undefined), running.lost])
  if (lost !== undefined) throw new ExitError(exitCodes.failed, lost)
}

function explain(error: unknown, { host, port, tls, dataDir, scaleOut }: Config): string {
  const text = messageOf(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const file = error instanceof Error && 'path' in error ? error.path : undefined
  if (code === 'EADDRINUSE')
    return `${host}:${port} is in use by another program; choose another with --port, or --port 0`
  if (code === 'EACCES' && file === undefined)
    return `${host}:${port} may not be listened on by this user; choose a --port above 1023`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `--host expects an address of this machine, and got ${host}; 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere`
  if (tls !== null && (file === tls.certFile || file === tls.keyFile))
    return `CCR_TLS_CERT and CCR_TLS_KEY expect PEM files; ${text}`
  if (tls !== null && code.startsWith('ERR_OSSL'))
    return `CCR_TLS_CERT (${tls.certFile}) and CCR_TLS_KEY (${tls.keyFile}) are not a PEM certificate and its key: ${text}`
  if (scaleOut !== null)
    return `the engines of CCR_DATABASE_URL and CCR_REDIS_URL cannot be used: ${firstReason(error)}`
  return text.includes(dataDir) && code === ''
    ? text
    : `the data folder ${dataDir} cannot be used: ${text}; --data names another`
}
