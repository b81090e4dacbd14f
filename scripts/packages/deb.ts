import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { work } from './places.ts'
import {
  emptyFolder,
  filesIn,
  maintainer,
  put,
  putGzipped,
  sourceDate,
  tidyModes,
  tool,
  wrap,
} from './tools.ts'

export interface DebFacts {
  readonly name: string
  readonly version: string
  readonly machine: string
  readonly section: string
  readonly summary: string
  /** Paragraphs. */
  readonly description: readonly string[]
  /** Executables below the tree whose libraries are depended on. */
  readonly binaries: readonly string[]
  readonly depends?: readonly string[]
  readonly recommends?: readonly string[]
  readonly suggests?: readonly string[]
  /** Folder with postinst, prerm, postrm and lintian-overrides. */
  readonly scripts?: string
}

/** A Debian package of a tree; returns its path. The same tree gives the same bytes. */
export function makeDeb(tree: string, facts: DebFacts, out: string): string {
  const { name, version, machine } = facts
  const at = emptyFolder(`${work}/deb-${name}-${machine}`)
  cpSync(tree, at, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
  putGzipped(at, `usr/share/doc/${name}/changelog`, changelog(facts))
  if (facts.scripts !== undefined) addScripts(at, facts.scripts, name)
  const libraries = facts.binaries.map((binary) => librariesOf(path.join(at, binary), machine))
  const control = controlOf(facts, [...(facts.depends ?? []), ...libraries.flat()], sizeOf(at))
  put(at, 'DEBIAN/control', control)
  put(at, 'DEBIAN/md5sums', sums(at))
  const conffiles = filesIn(at).filter((file) => file.startsWith('etc/'))
  if (conffiles.length > 0)
    put(at, 'DEBIAN/conffiles', conffiles.map((file) => `/${file}\n`).join(''))
  tidyModes(at)
  mkdirSync(out, { recursive: true })
  const file = path.join(out, `${name}_${version}_${machine}.deb`)
  tool('dpkg-deb', ['--root-owner-group', '-Zxz', '-z3', '--build', at, file], {
    env: { SOURCE_DATE_EPOCH: String(sourceDate()) },
  })
  rmSync(at, { recursive: true })
  return file
}

function addScripts(at: string, scripts: string, name: string): void {
  for (const script of readdirSync(scripts)) {
    if (script === 'lintian-overrides') {
      put(at, `usr/share/lintian/overrides/${name}`, readFileSync(path.join(scripts, script)))
      continue
    }
    put(at, `DEBIAN/${script}`, readFileSync(path.join(scripts, script)), 0o755)
  }
}

/** Which packages bring the libraries of an executable, as dpkg-shlibdeps reads it; the C library alone for another machine's. */
function librariesOf(binary: string, machine: string): string[] {
  const own = tool('dpkg', ['--print-architecture']).trim()
  if (machine !== own) return ['libc6 (>= 2.28)', 'libgcc-s1', 'libstdc++6']
  const folder = emptyFolder(`${work}/shlibdeps`)
  mkdirSync(`${folder}/debian`)
  writeFileSync(`${folder}/debian/control`, 'Source: x\n\nPackage: x\nArchitecture: any\n')
  const found = tool('dpkg-shlibdeps', ['-O', '--ignore-missing-info', `-e${binary}`], {
    cwd: folder,
  })
  const list = /shlibs:Depends=(.*)/.exec(found)?.[1] ?? ''
  return list.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]))
}

function controlOf(facts: DebFacts, depends: readonly string[], kilobytes: number): string {
  const list = (field: string, packages: readonly string[] = []): string[] =>
    packages.length === 0 ? [] : [`${field}: ${packages.join(', ')}`]
  return `${[
    `Package: ${facts.name}`,
    `Version: ${facts.version}`,
    `Architecture: ${facts.machine}`,
    `Maintainer: ${maintainer()}`,
    `Installed-Size: ${kilobytes}`,
    ...list('Depends', depends),
    ...list('Recommends', facts.recommends),
    ...list('Suggests', facts.suggests),
    `Section: ${facts.section}`,
    'Priority: optional',
    `Description: ${facts.summary}`,
    facts.description.map(paragraph).join('\n .\n'),
  ].join('\n')}\n`
}

/** A blank before each line makes it one of the description. */
function paragraph(text: string): string {
  return wrap(text, 76)
    .map((line) => ` ${line}`)
    .join('\n')
}

function changelog({ name, version }: DebFacts): string {
  const date = new Date(sourceDate() * 1000).toUTCString().replace('GMT', '+0000')
  return `${name} (${version}) unstable; urgency=medium

  * As the project's own changelog tells.

 -- ${maintainer()}  ${date}
`
}

function sums(tree: string): string {
  return filesIn(tree)
    .filter((file) => !file.startsWith('DEBIAN/') && !file.startsWith('etc/'))
    .map((file) => {
      const sum = createHash('md5')
        .update(readFileSync(path.join(tree, file)))
        .digest('hex')
      return `${sum}  ${file}\n`
    })
    .join('')
}

function sizeOf(tree: string): number {
  const bytes = filesIn(tree).reduce(
    (sum, file) => sum + readFileSync(path.join(tree, file)).length,
    0,
  )
  return Math.ceil(bytes / 1024)
}
