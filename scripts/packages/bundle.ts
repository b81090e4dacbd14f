import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { build } from 'vite'
import { root } from './places.ts'

/**
 * The program of tuner boxes as plain JavaScript in `folder`: `app/bin/ccr.mjs` and the parts it loads when they are used,
 * and what its packages' licenses ask to be told. It runs on the Node beside it.
 */
export async function bundleClient(folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  const packages = new Set<string>()
  await build({
    ...{ configFile: false, root, logLevel: 'warn', publicDir: false },
    ssr: { noExternal: true, target: 'node' },
    plugins: [
      {
        name: 'packages-that-go-in',
        generateBundle(_options, bundle) {
          for (const chunk of Object.values(bundle)) {
            if (chunk.type !== 'chunk') continue
            for (const module of chunk.moduleIds) {
              const inside = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(module)
              if (inside?.[1] !== undefined) packages.add(inside[1])
            }
          }
        },
      },
    ],
    build: {
      ...{ ssr: true, outDir: `${folder}/app/bin`, emptyOutDir: true, target: 'node24' },
      ...{ minify: false, modulePreload: false },
      rolldownOptions: {
        input: { ccr: `${root}/src/cli/tuner-main.ts` },
        output: {
          ...{ format: 'es', entryFileNames: 'ccr.mjs', chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    },
  })
  // Where the program looks for its version.
  const { name, version, license } = readManifest(root)
  writeFileSync(
    `${folder}/package.json`,
    JSON.stringify({ name, version, license, type: 'module' }),
  )
  writeFileSync(`${folder}/THIRD-PARTY.txt`, licensesOf([...packages].sort()))
}

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest
}

function licensesOf(packages: readonly string[]): string {
  return packages
    .map((name) => {
      const folder = path.join(root, 'node_modules', name)
      const { version, license = 'see below' } = readManifest(folder)
      return `${name} ${version} (${license})\n\n${licenseText(folder)}\n`
    })
    .join(`\n${'-'.repeat(72)}\n\n`)
}

function licenseText(folder: string): string {
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license', 'LICENCE', 'license.md']) {
    try {
      return readFileSync(path.join(folder, file), 'utf8').trim()
    } catch {
      // By another name, or only named in package.json.
    }
  }
  return ''
}
