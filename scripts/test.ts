import { randomInt } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import path from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/**
 * `npm test` runs every short test; `npm run test:NAME` one of the long suites, for about
 * TEST_SECONDS (its share of a CI run by default) from TEST_SEED (fresh and printed by default).
 * `--no-skips` fails when a test was skipped for want of something that can be installed.
 */

interface Suite {
  readonly files: readonly string[]
  /** Share of a CI run; null for the short tests, which take what they take. */
  readonly seconds: number | null
  /** Long suites keep both cores busy by themselves. */
  readonly concurrency: number
}

const suites: Readonly<Record<string, Suite>> = {
  short: {
    files: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    seconds: null,
    // Half of them wait for something most of their time: two more than there are cores keep these busy.
    concurrency: cpus().length + 2,
  },
  crash: { files: ['test/crash/*.crash.ts'], seconds: 540, concurrency: 1 },
  faults: { files: ['test/faults/*.faults.ts'], seconds: 540, concurrency: 1 },
  browser: { files: ['test/e2e/*.e2e.ts'], seconds: 600, concurrency: 1 },
  packages: { files: ['test/packages/*.packages.ts'], seconds: 300, concurrency: 1 },
  fuzz: { files: ['test/fuzz/*.fuzz.ts'], seconds: 180, concurrency: 2 },
}

/** `npm run soak:NAME`: the long form of a suite, an hour unless TEST_SECONDS (of each of its files) says otherwise. */
const soakSeconds = 3600
const soakResults = 'bench/README.md'

/** What no package of Debian or npm provides, or the machine forbids, so that its absence is not a fault of the set-up. */
const unobtainable =
  /ccextractor|a recording of others|does not let anybody make|kubectl with Kustomize 5/i

const wanted = process.argv.slice(2)
const noSkips = wanted.includes('--no-skips')
const isSoak = wanted.includes('--soak')
const name = wanted.find((word) => !word.startsWith('--')) ?? 'short'
const suite = suites[name]
if (suite === undefined) {
  console.error(`There is no suite ${name}; there are ${Object.keys(suites).join(', ')}.`)
  process.exit(2)
}
const files = suite.files.flatMap((pattern) => globSync(pattern)).sort()
if (files.length === 0) {
  console.error(`No file matches ${suite.files.join(', ')}.`)
  process.exit(1)
}

if (suite.seconds !== null) {
  process.env['TEST_SECONDS'] ??= String(
    Math.floor((isSoak ? soakSeconds : suite.seconds) / files.length),
  )
  process.env['TEST_SEED'] ??= String(randomInt(2 ** 31))
  console.log(`${name}: seed ${process.env['TEST_SEED']}, ${process.env['TEST_SECONDS']} s a file`)
}
// Each file is a process with threads of its own; the program is compiled for all of them once.
process.env['NODE_COMPILE_CACHE'] ??= path.resolve('node_modules/.cache/compiled')
await import('./build-web.ts')

const skipped: string[] = []
let failed = false
// A test that hangs is a failure with a name, not a run that never ends; nor does one that left something open.
const timeout =
  1000 * (suite.seconds === null ? 240 : 300 + 2 * Number(process.env['TEST_SECONDS']))
const { concurrency } = suite
const results = run({ files, concurrency, timeout, execArgv: ['--test-force-exit'] })
results.on('test:fail', () => (failed = true))
const notes: string[] = []
results.on('test:diagnostic', ({ message }) => notes.push(message))
results.on('test:pass', ({ name: test, skip }) => {
  if (skip !== undefined && skip !== false)
    skipped.push(`${test}: ${typeof skip === 'string' ? skip : 'no reason given'}`)
})
results.on('end', finish)
results.compose(spec).pipe(process.stdout)

function finish(): void {
  for (const line of skipped) console.log(`skipped: ${line}`)
  const avoidable = skipped.filter((line) => !unobtainable.test(line))
  if (noSkips && avoidable.length > 0) {
    console.error(`${avoidable.length} tests were skipped although everything is to be installed`)
    failed = true
  }
  if (isSoak) reportSoak()
  if (failed) process.exitCode = 1
}

/** Into the table of its suite in bench/README.md goes a row. */
function reportSoak(): void {
  const day = new Date().toISOString().slice(0, 10)
  const counted = notes.filter((note) => note.startsWith('in all:'))
  const said = counted.map((note, n) => (n === 0 ? note : note.slice('in all: '.length))).join('; ')
  const asked = `${process.env['TEST_SECONDS'] ?? ''} s a file, seed ${process.env['TEST_SEED'] ?? ''}`
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores`
  const row = `| ${day} | ${machine} | ${name} | ${asked} | ${said} | ${failed ? 'FAILED' : 'passed'} |`
  console.log(row)
  const before = readFileSync(soakResults, 'utf8')
  const [head, section] = before.split(`## \`soak:${name}\``)
  if (head === undefined || section === undefined) return
  const rows = /(?:^\|.*\n)+/m.exec(section)
  if (rows === null) return
  const end = rows.index + rows[0].length
  const after = `${section.slice(0, end)}${row}\n${section.slice(end)}`
  writeFileSync(soakResults, before.slice(0, before.length - section.length) + after)
}
