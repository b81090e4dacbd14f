import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Tools without which packages cannot be tried, and what installs them. */
const needed = ['debootstrap', 'dpkg-deb', 'rpmbuild', 'lintian', 'rpmlint', 'systemd-analyze']

/** Why packages cannot be tried here; false = they can. */
export function noPackaging(): string | false {
  const missing = needed.filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  )
  if (missing.length > 0)
    return `${missing.join(', ')} missing: apt install debootstrap rpm lintian rpmlint dpkg-dev systemd`
  if (process.getuid?.() !== 0) return 'a Debian root can only be made by root'
  return mayMakeRoots() ? false : 'this machine does not let anybody make a Debian root'
}

/** Containers often forbid devices, chroot and namespaces even to root. */
function mayMakeRoots(): boolean {
  const script =
    'd=$(mktemp -d) && mknod "$d/null" c 1 3 && chroot / true && unshare --mount --pid --fork mount --make-rprivate /; s=$?; rm -rf "$d"; exit $s'
  return spawnSync('sh', ['-c', script]).status === 0
}

export interface Ran {
  readonly code: number | null
  readonly text: string
}

/** A Debian of its own in a folder. */
export class DebianRoot implements AsyncDisposable {
  readonly path: string

  private constructor(folder: string) {
    this.path = folder
  }

  /** A copy of the smallest system with systemd, made once and kept. */
  static async create(): Promise<DebianRoot> {
    const kept = path.resolve('node_modules/.cache/debian-root')
    if (!existsSync(kept)) bootstrap(kept)
    const folder = await mkdtemp(path.join(tmpdir(), 'ccr-root-'))
    // Devices too.
    const copied = ranOf('cp', ['-a', `${kept}/.`, folder])
    if (copied.code !== 0) throw new Error(copied.text)
    return new DebianRoot(folder)
  }

  /** A command inside, with what it wrote. */
  run(...command: readonly string[]): Ran {
    return ranOf('chroot', [this.path, ...command])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A command on this machine. */
export function ranOf(name: string, args: readonly string[]): Ran {
  const { status, stdout, stderr } = spawnSync(name, args, {
    ...{ encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', HOME: '/root' },
  })
  return { code: status, text: `${stdout}${stderr}` }
}

function bootstrap(kept: string): void {
  const half = `${kept}.part`
  rmSync(half, { recursive: true, force: true })
  mkdirSync(path.dirname(half), { recursive: true })
  const { codename, mirror } = ownDebian()
  const made = ranOf('debootstrap', [
    ...['--variant=minbase', '--include=adduser,procps,systemd,libstdc++6'],
    ...[codename, half, mirror],
  ])
  if (made.code !== 0) throw new Error(`debootstrap failed: ${made.text.slice(-1000)}`)
  renameSync(half, kept)
}

/** Which Debian this is, and where it gets its packages from. */
function ownDebian(): { codename: string; mirror: string } {
  const codename = /^VERSION_CODENAME=(\w+)$/m.exec(ranOf('cat', ['/etc/os-release']).text)?.[1]
  const sites = ranOf('apt-get', ['indextargets', '--format', '$(CODENAME) $(SITE)']).text
  const line = sites.split('\n').find((one) => one.startsWith(`${codename ?? ''} `))
  if (codename === undefined || line === undefined)
    throw new Error(`this is no Debian with package lists: ${sites.slice(0, 200)}`)
  return { codename, mirror: line.slice(codename.length + 1) }
}
