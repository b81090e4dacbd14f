import { usageError } from './exit.ts'

/** `--server`, as an address. */
export function parseServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw usageError(`--server: expected an address like https://captions.example, got ${text}`)
  return url
}
