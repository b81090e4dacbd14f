import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'
import { targets } from '../src/web/vite.config.ts'

/** Builds the website into dist/web when a source is newer than the last build, and compresses it once for all readers. */

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = `${root}dist/web`
const stamp = `${dist}/.built`
const sources = [
  ...['src/web/**/*', 'src/worker/*.ts', 'src/protocol/*.ts'],
  ...['package-lock.json', 'scripts/build-web.ts'],
]
const compressible = /\.(?:js|css|html|svg|json|webmanifest)$/
/** For those who look from outside, not for the site itself when it is without its server. */
const notKept = /\/(?:preview\.png|sw\.js)$/

if (isFresh()) {
  console.error('website: up to date')
} else {
  await build({ configFile: `${root}src/web/vite.config.ts`, logLevel: 'warn' })
  await buildWorker()
  let bytes = 0
  for (const file of builtFiles().filter((name) => compressible.test(name))) {
    const content = readFileSync(dist + file)
    const brotli = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
    writeFileSync(`${dist}${file}.br`, brotli)
    writeFileSync(`${dist}${file}.gz`, gzipSync(content, { level: 9 }))
    if (file.endsWith('.js')) bytes += brotli.length
  }
  writeFileSync(stamp, '')
  console.error(`website: built, ${Math.round(bytes / 1024)} KB of script (Brotli)`)
}

/** The service worker knows the files of its build; another build, even of one letter, is another worker. */
async function buildWorker(): Promise<void> {
  const files = builtFiles().filter((file) => !notKept.test(file))
  const hash = createHash('sha256')
  for (const file of files) hash.update(file).update(readFileSync(dist + file))
  await build({
    ...{ configFile: false, root, logLevel: 'warn', publicDir: false },
    define: {
      builtVersion: JSON.stringify(hash.digest('hex').slice(0, 12)),
      builtFiles: JSON.stringify(files),
    },
    build: {
      ...{ outDir: dist, emptyOutDir: false, target: targets, modulePreload: false },
      rolldownOptions: {
        input: `${root}src/worker/service-worker.ts`,
        output: { entryFileNames: 'sw.js', format: 'iife' },
      },
    },
  })
}

/** Paths below dist/web, with a slash before them. */
function builtFiles(): string[] {
  return globSync('**/*', { cwd: dist })
    .filter((file) => statSync(`${dist}/${file}`).isFile())
    .map((file) => `/${file.replaceAll('\\', '/')}`)
    .sort()
}

function isFresh(): boolean {
  if (!existsSync(stamp)) return false
  const built = statSync(stamp).mtimeMs
  return globSync(sources, { cwd: root }).every(
    (file) => statSync(`${root}${file}`).mtimeMs <= built,
  )
}
