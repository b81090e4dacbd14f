import { usageError } from './exit.ts'

/** `--server`, as an address. */
export function parseServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw usageError(`--server: expected an address like https://captions.example, got ${text}`)
  return url
}

/** An address of the API below the server's own, which may have a path before it. */
export function apiAddress(server: URL, path: string): URL {
  const base = server.pathname.endsWith('/') ? server : new URL(`${server.pathname}/`, server)
  return new URL(path.replace(/^\//, ''), base)
}
