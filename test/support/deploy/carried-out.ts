import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { DebianRoot, ranOf } from '../packages/debian-root.ts'
import { start, temporaryFolder, type Folder, type Running } from '../processes.ts'
import { buildContext, type Stage, type Step } from './dockerfile.ts'

/**
 * What a container engine would make of our Dockerfile, where there is none. Steps of the first stage run on this
 * machine, in a folder of their own; those of the second inside a Debian as `debootstrap` makes it, which is what the
 * official image is made of. The program then runs as an engine would run it: the first of its own processes,
 * as the image's user, without capabilities, on a tree that nobody can write to.
 */
export class CarriedOut implements AsyncDisposable {
  readonly #first: Folder
  readonly #root: DebianRoot
  readonly #stage: Stage
  /** What the second stage adds to its base. */
  readonly addedBytes: number

  private constructor(first: Folder, root: DebianRoot, stage: Stage, addedBytes: number) {
    this.#first = first
    this.#root = root
    this.#stage = stage
    this.addedBytes = addedBytes
  }

  static async build(stages: readonly Stage[], context: string): Promise<CarriedOut> {
    const [build, shipped] = stages
    if (build === undefined || shipped === undefined) throw new Error('two stages are expected')
    await using made = new AsyncDisposableStack()
    const first = made.use(await temporaryFolder())
    const files = buildContext(context)
    const builder: Place = {
      root: first.path,
      take: (source, target) => copyFiles(context, files, source, target),
      run: (command, folder) =>
        spawnSync('sh', ['-ec', command], {
          ...{ cwd: folder, encoding: 'utf8' },
          env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
        }),
    }
    await carryOut(build, builder)
    const root = made.use(await DebianRoot.create())
    const before = sizeOf(root.path)
    await carryOut(shipped, {
      root: root.path,
      take: (source, target, from) =>
        from === null
          ? builder.take(source, target, null)
          : cp(path.join(first.path, source), target, copyAsIs),
      run: (command) => spawnSync('chroot', [root.path, 'sh', '-ec', command], quiet),
    })
    made.move()
    return new CarriedOut(first, root, shipped, sizeOf(root.path) - before)
  }

  /** Its program, with `volume`, which is made as an engine makes a new one, in place of its own. */
  start(volume: string, env: Readonly<Record<string, string>>): Contained {
    const { user, volumes, entrypoint, command } = this.#stage
    const [folder] = volumes
    if (folder === undefined) throw new Error('a volume is expected')
    ranOf('cp', ['-a', path.join(this.#root.path, folder), volume])
    const mounts = [
      'mount --make-rprivate /',
      'mount --bind "$0" "$0"',
      'mount -o remount,bind,ro "$0"',
      'mount -t proc proc "$0/proc"',
      'mount -t tmpfs -o mode=1777 tmpfs "$0/tmp"',
      `mount --bind "$1" "$0${folder}"`,
      'shift',
      'exec chroot "$0" "$@"',
    ]
    const [uid = '', gid = ''] = (user ?? '').split(':')
    const asUser = [
      ...['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--no-new-privs'],
      ...['--bounding-set=-all', '--inh-caps=-all'],
    ]
    const namespaces = ['--mount', '--pid', '--fork']
    const environment = {
      PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ...this.#stage.env,
      ...env,
    }
    const running = start(
      'unshare',
      [
        ...[...namespaces, 'sh', '-c', mounts.join(' && '), this.#root.path, volume],
        ...[...asUser, ...entrypoint, ...command],
      ],
      environment,
    )
    return new Contained(running, asUser, environment)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#root[Symbol.asyncDispose]()
    await this.#first[Symbol.asyncDispose]()
  }
}

/** A running program with its own processes and tree. */
export class Contained implements AsyncDisposable {
  readonly running: Running
  readonly #asUser: readonly string[]
  readonly #env: Readonly<Record<string, string>>

  constructor(running: Running, asUser: readonly string[], env: Readonly<Record<string, string>>) {
    this.running = running
    this.#asUser = asUser
    this.#env = env
  }

  /** A command beside it, as `docker exec` would run it. */
  exec(...command: readonly string[]): Promise<Said> {
    const inside = ['--target', String(this.#first()), '--mount', '--pid', '--root', '--wdns=/']
    const args = [...inside, '--', ...this.#asUser, ...command]
    return new Promise((resolve) =>
      execFile('nsenter', args, { env: this.#env, encoding: 'utf8' }, (error, stdout, stderr) => {
        const code = error === null ? 0 : (error.code ?? null)
        resolve({ code: typeof code === 'number' ? code : null, stdout, stderr })
      }),
    )
  }

  /** Signals the program, as an engine does: the first of its processes. */
  stop(): void {
    process.kill(this.#first(), 'SIGTERM')
  }

  /** Its number outside. */
  #first(): number {
    const { pid = 0 } = this.running.child
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // With the first of its processes all others end. That of `unshare` is not enough: who changes its user outlives its parent.
    if (this.running.child.exitCode === null) process.kill(this.#first(), 'SIGKILL')
    await this.running.ended
  }
}

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Where a stage is carried out. */
interface Place {
  /** The folder that stands for its `/`. */
  readonly root: string
  readonly take: (source: string, target: string, from: string | null) => Promise<void>
  readonly run: (
    command: string,
    folder: string,
  ) => { readonly status: number | null; readonly stdout: string; readonly stderr: string }
}

const quiet = {
  encoding: 'utf8',
  env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
} as const
const copyAsIs = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true } as const

async function carryOut({ steps }: Stage, place: Place): Promise<void> {
  let folder = '/'
  for (const step of steps)
    switch (step.kind) {
      case 'workdir':
        folder = path.posix.resolve(folder, step.path)
        await mkdir(place.root + folder, { recursive: true })
        break
      case 'run': {
        const { status, stdout, stderr } = place.run(step.command, place.root + folder)
        if (status !== 0) throw new Error(`RUN ${step.command}: ${stdout}${stderr}`.slice(-2000))
        break
      }
      case 'copy':
        for (const source of step.sources)
          await place.take(source, targetOf(step, source, place.root + folder), step.from)
    }
}

/** Files go into a folder whose name ends in a slash; a folder's contents become those of the target. */
function targetOf(step: Step & { kind: 'copy' }, source: string, folder: string): string {
  const target = path.resolve(folder, step.to)
  return step.to.endsWith('/') ? path.join(target, path.basename(source)) : target
}

async function copyFiles(
  context: string,
  files: readonly string[],
  source: string,
  target: string,
): Promise<void> {
  for (const file of files)
    if (file === source || file.startsWith(`${source}/`))
      await cp(path.join(context, file), path.join(target, path.relative(source, file)), copyAsIs)
}

/** What its files hold, each once. */
function sizeOf(folder: string): number {
  const { code, text } = ranOf('du', ['--summarize', '--apparent-size', '--block-size=1', folder])
  if (code !== 0) throw new Error(text)
  return parseInt(text)
}
