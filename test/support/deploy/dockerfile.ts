import { globSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import {
  Copy,
  DockerfileParser,
  Env,
  From,
  Healthcheck,
  Label,
  type Instruction,
} from 'dockerfile-ast'

/** One line of a Dockerfile, as what it does. */
export type Step =
  | { readonly kind: 'run'; readonly command: string }
  | {
      readonly kind: 'copy'
      /** The stage that it is taken from; null = the folder that is built. */
      readonly from: string | null
      readonly sources: readonly string[]
      readonly to: string
    }
  | { readonly kind: 'workdir'; readonly path: string }

export interface Stage {
  readonly image: string
  readonly name: string | null
  readonly steps: readonly Step[]
  readonly env: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly user: string | null
  readonly volumes: readonly string[]
  readonly ports: readonly string[]
  readonly stopSignal: string | null
  readonly health: { readonly flags: Readonly<Record<string, string>>; readonly command: Command }
  readonly entrypoint: Command
  readonly command: Command
}

/** In exec form: a program and its arguments. */
type Command = readonly string[]

/** The stages of a Dockerfile, in order; what this does not know is an error. */
export function readStages(text: string): readonly Stage[] {
  const stages: Instruction[][] = []
  for (const instruction of DockerfileParser.parse(text).getInstructions())
    if (instruction instanceof From) stages.push([instruction])
    else stages.at(-1)?.push(instruction)
  return stages.map(readStage)
}

function readStage(instructions: readonly Instruction[]): Stage {
  const [from] = instructions
  if (!(from instanceof From)) throw new Error('a stage begins with FROM')
  const stage = {
    image: from.getImage() ?? '',
    name: from.getBuildStage(),
    steps: [] as Step[],
    env: {} as Record<string, string>,
    labels: {} as Record<string, string>,
    user: null as string | null,
    volumes: [] as Command,
    ports: [] as Command,
    stopSignal: null as string | null,
    health: { flags: {} as Record<string, string>, command: [] as Command },
    entrypoint: [] as Command,
    command: [] as Command,
  }
  for (const instruction of instructions.slice(1)) {
    const words = instruction.getArguments().map((argument) => argument.getValue())
    const said = instruction.getArgumentsContent() ?? ''
    switch (instruction.getKeyword()) {
      case 'RUN':
        stage.steps.push({ kind: 'run', command: said })
        break
      case 'COPY':
        stage.steps.push(copyOf(as(Copy, instruction), words))
        break
      case 'WORKDIR':
        stage.steps.push({ kind: 'workdir', path: said })
        break
      case 'ENV':
        Object.assign(stage.env, propertiesOf(as(Env, instruction)))
        break
      case 'LABEL':
        Object.assign(stage.labels, propertiesOf(as(Label, instruction)))
        break
      case 'USER':
        stage.user = said
        break
      case 'VOLUME':
        stage.volumes = execForm(said)
        break
      case 'EXPOSE':
        stage.ports = words
        break
      case 'STOPSIGNAL':
        stage.stopSignal = said
        break
      case 'HEALTHCHECK':
        stage.health = {
          flags: Object.fromEntries(
            as(Healthcheck, instruction)
              .getFlags()
              .map((flag) => [flag.getName(), flag.getValue() ?? '']),
          ),
          command: execForm(said.replace(/^.*\bCMD\s+/s, '')),
        }
        break
      case 'ENTRYPOINT':
        stage.entrypoint = execForm(said)
        break
      case 'CMD':
        stage.command = execForm(said)
        break
      default:
        throw new Error(`the test does not know ${instruction.getKeyword()}`)
    }
  }
  return stage
}

function as<T extends Instruction>(
  kind: abstract new (...args: never) => T,
  instruction: Instruction,
): T {
  if (instruction instanceof kind) return instruction
  throw new Error(`${instruction.getKeyword()} is no ${kind.name}`)
}

function copyOf(copy: Copy, words: readonly string[]): Step {
  const flags = copy.getFlags().map((flag) => flag.getName())
  if (flags.some((name) => name !== 'from')) throw new Error(`COPY with ${flags.join(', ')}`)
  const from = copy.getFromFlag()?.getValue() ?? null
  return { kind: 'copy', from, sources: words.slice(0, -1), to: words.at(-1) ?? '' }
}

function propertiesOf(instruction: Env | Label): Record<string, string> {
  return Object.fromEntries(
    instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? '']),
  )
}

function execForm(text: string): Command {
  return JSON.parse(text) as string[]
}

/** Which files of a folder a builder sees: `.dockerignore`, where the last pattern that matches decides. */
export function buildContext(folder: string): readonly string[] {
  const patterns = readFileSync(path.join(folder, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ shown: line.startsWith('!'), glob: undotted(line.replace(/^!/, '')) }))
  const isShown = (file: string): boolean =>
    patterns.findLast(({ glob }) => upwards(file).some((part) => path.matchesGlob(part, glob)))
      ?.shown ?? true
  return globSync('**/*', {
    cwd: folder,
    exclude: (name) => /^(?:node_modules|\.git)$/.test(name),
  })
    .concat(globSync('.*', { cwd: folder }))
    .filter((file) => isShown(file) && statSync(path.join(folder, file)).isFile())
    .sort()
}

/** A path and the folders that it is in: a pattern that matches a folder holds for what is in it. */
function upwards(file: string): string[] {
  const parts = undotted(file).split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

/** To a builder a dot at the beginning is a letter like others; to a shell's globs it is not. */
function undotted(file: string): string {
  return file.replaceAll(/(^|\/)\./g, '$1·')
}
