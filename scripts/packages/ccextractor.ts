import { accessSync, constants, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { spawnSync } from 'node:child_process'
import { makeDeb } from './deb.ts'
import { made, packaging, work } from './places.ts'
import { makeRpm } from './rpm.ts'
import { copy, emptyFolder, putGzipped, sourceDate, tellMade, tidyModes, tool } from './tools.ts'

/** `npm run package:ccextractor -- --binary PATH`: a CCExtractor that the operator has, as .deb and .rpm for all tuner boxes. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    binary: { type: 'string' },
    version: { type: 'string' },
    out: { type: 'string', default: made },
  },
})
const kinds = positionals.length === 0 ? ['deb', 'rpm'] : positionals
if (values.binary === undefined || kinds.some((kind) => kind !== 'deb' && kind !== 'rpm')) {
  console.error(
    'usage: npm run package:ccextractor -- --binary PATH [deb] [rpm] [--version 0.96.6] [--out FOLDER]',
  )
  process.exit(2)
}
try {
  makeAll(path.resolve(values.binary))
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

function makeAll(binary: string): void {
  const version = values.version ?? versionOf(binary)
  const tree = emptyFolder(`${work}/ccextractor`)
  copy(tree, 'usr/bin/ccextractor', binary, 0o755)
  tool('strip', ['--strip-unneeded', `${tree}/usr/bin/ccextractor`])
  const date = new Date(sourceDate() * 1000).toISOString().slice(0, 10)
  const page = readFileSync(`${packaging}/ccextractor/ccextractor.1`, 'utf8')
  putGzipped(
    tree,
    'usr/share/man/man1/ccextractor.1',
    page.replace('@DATE@', date).replace('@VERSION@', version),
  )
  copy(tree, 'usr/share/doc/ccextractor/copyright', `${packaging}/ccextractor/copyright`)
  tidyModes(tree)
  const facts = {
    ...{ name: 'ccextractor', version, section: 'video' },
    summary: 'closed captions and subtitles out of video',
    description: [
      'CCExtractor reads the captions of television recordings and streams: CEA-608 and CEA-708, teletext, DVB and ISDB subtitles. ccr runs it for what it does not decode itself.',
    ],
  }
  if (kinds.includes('deb')) {
    const machine = tool('dpkg', ['--print-architecture']).trim()
    const binaries = ['usr/bin/ccextractor']
    const scripts = `${packaging}/ccextractor/debian`
    tellMade(makeDeb(tree, { ...facts, machine, binaries, scripts }, path.resolve(values.out)))
  }
  if (kinds.includes('rpm')) {
    const machine = tool('rpm', ['--eval', '%{_arch}']).trim()
    const license = 'GPL-2.0-only'
    tellMade(makeRpm(tree, { ...facts, machine, license }, path.resolve(values.out)))
  }
}

/** As the program says it: `CCExtractor 0.96.6, …`, or `Version: 0.94`. */
function versionOf(binary: string): string {
  try {
    accessSync(binary, constants.X_OK)
  } catch (error) {
    throw new Error(`${binary} is no program that can be run here`, { cause: error })
  }
  const { stdout, stderr } = spawnSync(binary, ['--version'], {
    ...{ encoding: 'utf8', timeout: 10_000, env: { PATH: process.env['PATH'], LC_ALL: 'C' } },
  })
  const said = /(?:CCExtractor|Version:?)\s+v?(\d+(?:\.\d+)+)/i.exec(`${stdout}\n${stderr}`)?.[1]
  if (said === undefined)
    throw new Error(`${binary} --version does not say which it is; say it with --version`)
  return said
}
