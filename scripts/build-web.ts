import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

/** Builds the website into dist/web when a source is newer than the last build, and compresses it once for all readers. */

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = `${root}dist/web/.built`
const sources = ['src/web/**/*', 'src/protocol/*.ts', 'package-lock.json', 'scripts/build-web.ts']
const compressible = /\.(?:js|css|html|svg|json|webmanifest)$/

if (isFresh()) {
  console.error('website: up to date')
} else {
  await build({ configFile: `${root}src/web/vite.config.ts`, logLevel: 'warn' })
  let bytes = 0
  for (const file of globSync(`${root}dist/web/**/*`).filter((name) => compressible.test(name))) {
    const content = readFileSync(file)
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
    writeFileSync(`${file}.br`, brotli)
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    if (file.endsWith('.js')) bytes += brotli.length
  }
  writeFileSync(stamp, '')
  console.error(`website: built, ${Math.round(bytes / 1024)} KB of script (Brotli)`)
}

function isFresh(): boolean {
  if (!existsSync(stamp)) return false
  const built = statSync(stamp).mtimeMs
  return globSync(sources, { cwd: root }).every(
    (file) => statSync(`${root}${file}`).mtimeMs <= built,
  )
}
