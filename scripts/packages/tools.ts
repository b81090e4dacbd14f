import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './places.ts'

/** Runs a program of the system; its words are shown when it fails. Throws when it is missing, with what to install. */
export function tool(
  name: string,
  args: readonly string[],
  options: { cwd?: string; env?: Readonly<Record<string, string>> } = {},
): string {
  try {
    return execFileSync(name, args, {
      ...{ cwd: options.cwd ?? root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      ...{ env: { ...process.env, ...options.env }, maxBuffer: 64 * 1024 * 1024 },
    })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new Error(`${name} is not installed; on Debian: apt install ${packageOf(name)}`, {
        cause: error,
      })
    const words = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
    throw new Error(`${name} failed: ${words.trim().slice(-2000)}`, { cause: error })
  }
}

function packageOf(name: string): string {
  const packages: Readonly<Record<string, string>> = {
    ...{ 'dpkg-deb': 'dpkg', 'dpkg-shlibdeps': 'dpkg-dev', rpmbuild: 'rpm', strip: 'binutils' },
  }
  return packages[name] ?? name
}

/** Makes a file below a tree, with its folders. */
export function put(tree: string, name: string, content: string | Buffer, mode = 0o644): void {
  const file = path.join(tree, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, content)
  chmodSync(file, mode)
}

export function copy(tree: string, name: string, from: string, mode = 0o644): void {
  const file = path.join(tree, name)
  mkdirSync(path.dirname(file), { recursive: true })
  cpSync(from, file, { recursive: true })
  chmodSync(file, mode)
}

/** As Debian wants its documents: the same bytes whenever they are made. */
export function putGzipped(tree: string, name: string, content: string): void {
  put(tree, `${name}.gz`, gzipSync(content, { level: 9 }))
}

/** Folders and files that all may read, whatever the umask of whoever builds. */
export function tidyModes(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name)
    if (entry.isDirectory()) tidyModes(file)
    else if (entry.isFile()) {
      const { mode } = statSync(file)
      chmodSync(file, (mode & 0o111) === 0 ? 0o644 : 0o755)
    }
  }
}

/** When the sources were last changed, seconds: two builds of the same are the same. */
export function sourceDate(): number {
  const said = process.env['SOURCE_DATE_EPOCH']
  if (said !== undefined && /^\d+$/.test(said)) return Number(said)
  try {
    return Number(tool('git', ['log', '-1', '--format=%ct']).trim())
  } catch {
    return Math.floor(Date.now() / 1000)
  }
}

/** As Debian’s own tools find it out: DEBFULLNAME and DEBEMAIL, else who commits here. */
export function maintainer(): string {
  const git = (key: string): string => {
    try {
      return tool('git', ['config', key]).trim()
    } catch {
      return ''
    }
  }
  const name = process.env['DEBFULLNAME'] ?? (git('user.name') || 'ccr maintainers')
  const email = process.env['DEBEMAIL'] ?? git('user.email')
  if (email === '') throw new Error('who makes this package? Set DEBEMAIL (and DEBFULLNAME)')
  return `${name} <${email}>`
}

export function tellMade(file: string): void {
  console.log(`${path.relative(process.cwd(), file)}  ${(statSync(file).size / 1e6).toFixed(1)} MB`)
}

/** Lines of at most so many letters, broken between words. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}

export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

/** All that is no folder, as paths below the tree. */
export function filesIn(tree: string): string[] {
  return readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(tree, path.join(entry.parentPath, entry.name)))
    .sort()
}
