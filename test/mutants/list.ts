import { globSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Mutant } from './mutant.ts'

export interface NamedMutant extends Mutant {
  readonly name: string
}

const folder = fileURLToPath(new URL('.', import.meta.url))

/** All there are, in the order of the invariants. */
export async function listMutants(): Promise<readonly NamedMutant[]> {
  const files = globSync('*.mutant.ts', { cwd: folder }).sort()
  const mutants = await Promise.all(
    files.map(async (file): Promise<NamedMutant> => {
      const { mutant } = (await import(path.join(folder, file))) as { readonly mutant: Mutant }
      return { ...mutant, name: file.replace('.mutant.ts', '') }
    }),
  )
  return mutants.sort((a, b) => a.invariant - b.invariant)
}

/** The source with the fault in it; throws a sentence when it is not the source that the mutant is of. */
export function mutate(source: string, { name, file, find, replace }: NamedMutant): string {
  const parts = source.split(find)
  const [before, after] = parts
  if (before === undefined || after === undefined || parts.length !== 2)
    throw new Error(
      `${name}: ${file} has its text ${parts.length - 1} times, and must have it once; bring test/mutants/${name}.mutant.ts up to date`,
    )
  return before + replace + after
}
