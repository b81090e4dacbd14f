import { once } from 'node:events'
import type { Command } from 'commander'
import { flag } from '../environment.ts'
import { ExitError, exitCodes, usageError } from '../exit.ts'

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
  const { parseConfig } = await import('../../server/config.ts')
  const parsed = parseConfig({ ...process.env, ...flags })
  if (!parsed.ok) throw usageError(`the settings are wrong: ${parsed.problems.join('; ')}`)
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
    app = await createApp(parsed.config)
  } catch (error) {
    throw new ExitError(exitCodes.failed, explain(error, parsed.config), { cause: error })
  }
  await using running = app
  process.stdout.write(`listening on ${running.url}\n`)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
}

function explain(error: unknown, { host, port }: { host: string; port: number }): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return `${host}:${port} is in use by another program; choose another with --port, or --port 0`
  if (code === 'EACCES')
    return `${host}:${port} may not be listened on by this user; choose a --port above 1023`
  return error instanceof Error ? error.message : String(error)
}
