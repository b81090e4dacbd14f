import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** Power cuts of one folder: a process runs in it, is killed, and what was synced is what the next one finds. */

const source = fileURLToPath(new URL('./power-cut.c', import.meta.url))
let library: string | undefined

/** Why power cannot be cut here; false when it can. */
export function cannotCutPower(): string | false {
  if (process.platform !== 'linux') return 'the power-cut shim is written for Linux'
  return compile() === undefined ? 'no C compiler (cc) to make the power-cut shim with' : false
}

function compile(): string | undefined {
  if (library !== undefined) return library
  const folder = mkdtempSync(path.join(tmpdir(), 'ccr-power-cut-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = path.join(folder, 'power-cut.so')
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC']
  try {
    execFileSync('cc', [...flags, '-o', file, source, '-lpthread'], { stdio: 'inherit' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  return (library = file)
}

/** One life of a folder, from one power cut to the next. */
export class Disk {
  /** Where the process works. */
  readonly root: string
  readonly #shadow: string

  /** Takes a folder as it is: all that is in it now is on the disk. */
  constructor(root: string) {
    this.root = root
    this.#shadow = `${root}.shadow`
    for (const kind of ['objects', 'names', 'kept'])
      mkdirSync(path.join(this.#shadow, kind), { recursive: true })
    this.#take(root)
  }

  /** What a process needs in its environment to work on this disk; without syncs, nothing gets there. */
  environment(doesSync: boolean): Record<string, string> {
    return {
      LD_PRELOAD: compile() ?? '',
      POWER_CUT_ROOT: this.root,
      POWER_CUT_SHADOW: this.#shadow,
      ...(doesSync ? {} : { POWER_CUT_NO_SYNC: '1' }),
    }
  }

  /** What is left when the power is cut now, as a disk of its own. The process must be dead. */
  cut(to: string): Disk {
    this.#restore(statSync(this.root).ino, to)
    return new Disk(to)
  }

  #take(folder: string): void {
    const lines = readdirSync(folder).map((name) => {
      const file = path.join(folder, name)
      const about = lstatSync(file)
      if (about.isDirectory()) this.#take(file)
      else copyFileSync(file, this.#at('objects', about.ino))
      return `${about.isDirectory() ? 'd' : 'f'} ${about.ino} ${name}\n`
    })
    writeFileSync(this.#at('names', statSync(folder).ino), lines.join(''))
  }

  #restore(inode: number, to: string): void {
    mkdirSync(to, { recursive: true, mode: 0o700 })
    const names = this.#at('names', inode)
    const lines = existsSync(names) ? readFileSync(names, 'utf8').split('\n') : []
    for (const line of lines) {
      const [, kind, number, name] = /^([df]) ([0-9]+) (.+)$/.exec(line) ?? []
      if (name === undefined) continue
      const file = path.join(to, name)
      if (kind === 'd') this.#restore(Number(number), file)
      else if (existsSync(this.#at('objects', Number(number))))
        copyFileSync(this.#at('objects', Number(number)), file)
      else writeFileSync(file, '')
    }
  }

  #at(kind: string, inode: number): string {
    return path.join(this.#shadow, kind, String(inode))
  }
}
