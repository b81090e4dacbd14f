import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Figure, Figures } from './figures.ts'
import { install } from './install.ts'
import type { MadeFolder } from './made-folder.ts'
import { nearWithin, type Question } from './queries.ts'

export interface PeerResult {
  readonly figures: Figures
  readonly bytes: number
}

const jars = '/usr/share/java'
const needed = ['core', 'analyzers-common']

/** Lucene 8 on the same text, in a Java machine of its own; a sentence when it is not to be had. */
export function measureLucene(made: MadeFolder, asked: readonly Question[]): PeerResult | string {
  const classPath = (): string[] =>
    needed.flatMap((part) => {
      const found = existsSync(jars) ? readdirSync(jars) : []
      const name = found.find((one) => new RegExp(`^lucene-${part}-8[.\\d]*\\.jar$`).test(one))
      return name === undefined ? [] : path.join(jars, name)
    })
  const isThere = (): boolean => classPath().length === needed.length && hasJavac()
  const problem = install(isThere, ['liblucene8-java', 'default-jdk-headless'])
  if (problem !== undefined) return `Lucene: ${problem}`
  const home = path.join(path.dirname(made.dataDir), 'lucene')
  mkdirSync(home, { recursive: true })
  const source = path.join(import.meta.dirname, 'lucene/LuceneBench.java')
  const jarPath = classPath().join(':')
  execFileSync('javac', ['-cp', jarPath, '-d', home, source], { stdio: 'inherit' })
  const questionFile = path.join(home, 'queries.tsv')
  const lines = asked.map(({ name, kind, words }) => `${name}\t${kind}\t${words.join(' ')}\n`)
  writeFileSync(questionFile, lines.join(''))
  const args = [path.join(home, 'index'), questionFile, String(nearWithin), ...made.minuteFiles]
  const answer = execFileSync(
    'java',
    ['-Xmx2g', '-cp', `${jarPath}:${home}`, 'LuceneBench', ...args],
    {
      ...{ encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
    },
  )
  const figures = new Map<string, Figure>()
  let bytes = 0
  for (const line of answer.trim().split('\n')) {
    const [name = '', ...numbers] = line.split('\t')
    const [first = 0, countMs = 0, cold = 0, warm = 0, minutes = 0] = numbers.map(Number)
    if (name === 'bytes') bytes = first
    else
      figures.set(name, {
        ...{ firstPageMs: first, countMs, coldTimelineMs: cold, warmTimelineMs: warm, minutes },
      })
  }
  return { figures, bytes }
}

function hasJavac(): boolean {
  try {
    execFileSync('javac', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
