import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Recordings of others, which are not ours to commit (CONTRIBUTING.md). */
export const mediaFolder = process.env['TEST_MEDIA'] ?? path.join(root, '../shared/media')
const muxSegments = `${root}node_modules/mux.js/test/segments/`

export function mediaPath(name: string): string {
  const inPackage = muxSegments + name
  return existsSync(inPackage) ? inPackage : path.join(mediaFolder, name)
}

/** For a test's `skip`: false when all files are there, else the reason. */
export function withoutMedia(...names: string[]): string | false {
  const missing = names.filter((name) => !existsSync(mediaPath(name)))
  return (
    missing.length > 0 &&
    `${missing.join(', ')} is a recording of others; name its folder in TEST_MEDIA`
  )
}

export function readMedia(name: string): Uint8Array {
  return readFileSync(mediaPath(name))
}

export function readMediaText(name: string): string {
  return readFileSync(mediaPath(name), 'utf8')
}
