import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { format } from 'prettier'
import { startServer } from '../test/support/processes.ts'

/** Writes docs/openapi.json: what a server of this version says of itself. */
const folder = await mkdtemp(path.join(tmpdir(), 'ccr-openapi-'))
try {
  await using server = await startServer(path.join(folder, 'data'))
  const answer = await fetch(`${server.url}/api/v1/openapi.json`)
  await writeFile(
    'docs/openapi.json',
    await format(JSON.stringify(await answer.json()), { parser: 'json' }),
  )
} finally {
  await rm(folder, { recursive: true, force: true })
}
