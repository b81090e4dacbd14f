import { readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import { messageOf } from '../../protocol/message-of.ts'
import { OptionsError } from '../send-options.ts'
import { checkPlan, type Plan } from './plan.ts'
import { parsePlanFile, type PlanContext, type PlanFile } from './plan-file.ts'

/** A YAML file on disk and the files that it names. */
export class PlanSource {
  readonly #file: string
  readonly #context: Omit<PlanContext, 'readFile' | 'name'>
  /** What each was when it was read; null = it could not be. */
  #texts = new Map<string, string | null>()

  constructor(file: string, context: Omit<PlanContext, 'readFile' | 'name'>) {
    this.#file = file
    this.#context = context
  }

  /** Throws OptionsError when the file as a whole is wrong. */
  read(): PlanFile {
    this.#texts = new Map()
    const readFile = (file: string): string => {
      const { text, why } = readText(file)
      this.#texts.set(file, text)
      if (text === null) throw new OptionsError(`${file} cannot be read: ${why}`)
      return text
    }
    return parsePlanFile(readFile(this.#file), { ...this.#context, name: this.#file, readFile })
  }

  /** Whether any of the files says something else than when it was read. */
  hasChanged(): boolean {
    return [...this.#texts].some(([file, text]) => readText(file).text !== text)
  }

  /** Where a change of any of them shows: editors, and whoever mounts secrets, put another file in a file's place. */
  folders(): Set<string> {
    const files = [...this.#texts.keys()]
    return new Set(files.flatMap((file) => [path.dirname(file), path.dirname(realPath(file))]))
  }
}

/**
 * The plan to go over to: that of the file, with the channels that are wrong in it as they run now. While it has a channel
 * whose name cannot be read, none is taken out: it may be any of them.
 */
export function keepWrong(running: Plan, file: PlanFile, fileName: string): Plan {
  const { plan, unknown } = file
  const there = new Set(plan.channels.map(({ channel }) => channel))
  const kept = running.channels.filter(
    ({ channel }) => !there.has(channel) && (unknown.has(channel) || unknown.has(null)),
  )
  if (kept.length === 0) return plan
  const channels = [...plan.channels, ...kept]
  checkPlan(channels, fileName)
  return { ...plan, channels }
}

function readText(file: string): { readonly text: string | null; readonly why: string } {
  try {
    return { text: readFileSync(file, 'utf8'), why: '' }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return { text: null, why: 'there is no such file' }
    if (code === 'EACCES') return { text: null, why: 'this user may not read it' }
    return { text: null, why: messageOf(error) }
  }
}

function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    // It may come to be.
    return file
  }
}
