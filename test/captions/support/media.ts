import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const shared = new URL('../../../../shared/media/', import.meta.url)
const muxSegments = `${root}node_modules/mux.js/test/segments/`

export function mediaPath(name: string): string {
  const inPackage = muxSegments + name
  return existsSync(inPackage) ? inPackage : fileURLToPath(new URL(name, shared))
}

/** For a test's `skip`: false when all files are there, else the reason. */
export function withoutMedia(...names: string[]): string | false {
  const missing = names.filter((name) => !existsSync(mediaPath(name)))
  return missing.length > 0 && `${missing.join(', ')} not in ../shared/media`
}

export function readMedia(name: string): Uint8Array {
  return readFileSync(mediaPath(name))
}

export function readMediaText(name: string): string {
  return readFileSync(mediaPath(name), 'utf8')
}
