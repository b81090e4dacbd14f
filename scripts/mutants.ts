import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { listMutants, mutate, type NamedMutant } from '../test/mutants/list.ts'

/**
 * `npm run mutants`: puts each fault of test/mutants into a copy of the sources, runs the test that has to
 * notice, and prints what it said. Fails when a fault survives, cannot be put in, or when its test is red
 * without it. `--only NAME` tries one; several may be named.
 */

/** No killing test takes longer, also when a fault makes it wait for what never comes. */
const patienceMs = 120_000

const root = fileURLToPath(new URL('..', import.meta.url))
// What chance decides is decided alike with and without a fault.
process.env['TEST_SEED'] ??= '1'

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
const all = await listMutants()
const unknown = (values.only ?? []).filter((name) => !all.some((mutant) => mutant.name === name))
if (unknown.length > 0) {
  console.error(
    `There is no mutant ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}.`,
  )
  process.exit(2)
}
const wanted = all.filter(({ name }) => values.only?.includes(name) ?? true)

const copy = mkdtempSync(path.join(tmpdir(), 'ccr-mutants-'))
process.once('exit', () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const began = performance.now()
let survivors = 0
const isGreen = new Map<string, boolean>()
copySources()
console.log('| | mutant | what it breaks | killed by | seconds |')
console.log('|---|---|---|---|---|')
for (const mutant of wanted) {
  const { verdict, isKilled, seconds } = await judge(mutant)
  if (!isKilled) survivors++
  const { name, invariant, breaks } = mutant
  console.log(`| ${invariant} | \`${name}\` | ${breaks} | ${verdict} | ${seconds.toFixed(1)} |`)
}
const seconds = Math.round((performance.now() - began) / 1000)
console.log(`\n${wanted.length - survivors} of ${wanted.length} mutants killed in ${seconds} s`)
if (survivors > 0) process.exitCode = 1

/** The sources as they lie here, whether committed or not. */
function copySources(): void {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
  for (const file of files) {
    const from = path.join(root, file)
    if (file === '' || !existsSync(from)) continue
    mkdirSync(path.dirname(path.join(copy, file)), { recursive: true })
    copyFileSync(from, path.join(copy, file))
  }
  for (const shared of ['node_modules', 'dist'])
    if (existsSync(path.join(root, shared)))
      symlinkSync(path.join(root, shared), path.join(copy, shared))
}

async function judge(
  mutant: NamedMutant,
): Promise<{ verdict: string; isKilled: boolean; seconds: number }> {
  const { test } = mutant
  const key = `${test.file} ${test.name}`
  if (!isGreen.has(key)) {
    const { passed, failed } = await runTest(mutant)
    isGreen.set(key, failed.length === 0 && passed.includes(test.name))
  }
  const startMs = performance.now()
  const { verdict, isKilled } =
    isGreen.get(key) === true
      ? await tryMutant(mutant)
      : { verdict: `NOT TRIED: “${test.name}” is not green without it`, isKilled: false }
  return { verdict, isKilled, seconds: (performance.now() - startMs) / 1000 }
}

async function tryMutant(mutant: NamedMutant): Promise<{ verdict: string; isKilled: boolean }> {
  const { file, test } = mutant
  const target = path.join(copy, file)
  const source = readFileSync(target, 'utf8')
  try {
    writeFileSync(target, mutate(source, mutant))
  } catch (error) {
    return { verdict: `NOT APPLIED: ${String(error)}`, isKilled: false }
  }
  try {
    const { failed } = await runTest(mutant)
    const [first] = failed
    if (first === undefined) return { verdict: `SURVIVED ${test.file}`, isKilled: false }
    // A fault that keeps the file from running at all says nothing about the test.
    const isNoticed = first === test.name
    return isNoticed
      ? { verdict: `${first} (\`${test.file}\`)`, isKilled: true }
      : { verdict: `NOT JUDGED: ${first} failed`, isKilled: false }
  } finally {
    writeFileSync(target, source)
  }
}

/** Names of tests that passed and failed, in their order. */
async function runTest({
  test,
}: NamedMutant): Promise<{ readonly passed: string[]; readonly failed: string[] }> {
  const passed: string[] = []
  const failed: string[] = []
  const pattern = new RegExp(`${test.name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
  const stream = run({
    ...{ files: [path.join(copy, test.file)], cwd: copy, testNamePatterns: [pattern] },
    ...{ concurrency: 1, timeout: patienceMs },
  })
  stream.on('test:pass', ({ name, skip, details }) => {
    if (details.type === 'test' && (skip === undefined || skip === false)) passed.push(name)
  })
  stream.on('test:fail', ({ name, details }) => {
    if (details.type === 'test') failed.push(name)
  })
  const over = once(stream, 'end')
  stream.resume()
  await over
  return { passed, failed }
}
