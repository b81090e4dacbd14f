import { mkdirSync, renameSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { readManifest } from './bundle.ts'
import { clientTree, machines, type Machine } from './client-tree.ts'
import { makeDeb } from './deb.ts'
import { made, packaging, root } from './places.ts'
import { makeRpm } from './rpm.ts'
import { tellMade } from './tools.ts'

/** `npm run package:client`: the tuner side as .deb and .rpm, with its own Node. */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { arch: { type: 'string', default: 'amd64' }, out: { type: 'string', default: made } },
})
const kinds = positionals.length === 0 ? ['deb', 'rpm'] : positionals
const machine = values.arch
if (!isMachine(machine) || kinds.some((kind) => kind !== 'deb' && kind !== 'rpm')) {
  console.error('usage: npm run package:client -- [deb] [rpm] [--arch amd64|arm64] [--out FOLDER]')
  process.exit(2)
}
try {
  await makeAll(machine)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function makeAll(of: Machine): Promise<void> {
  const tree = await clientTree(of)
  const { version } = readManifest(root)
  const facts = {
    ...{ name: 'ccr', version },
    summary: 'sends the captions of television tuners to a repository',
    description: [
      'The tuner side of ccr, the real-time repository of television captions: it decodes the captions of tuners, streams and recordings, and feeds them to a server so that none is lost and none comes twice. It also inspects sources, converts caption files, and searches, follows and downloads what a server has.',
      'The service ccr-send feeds the channels of /etc/ccr/channels.yaml.',
    ],
  }
  if (kinds.includes('deb'))
    tellMade(
      makeDeb(
        tree,
        {
          ...facts,
          ...{ machine: of, section: 'video', binaries: ['usr/lib/ccr/node'] },
          ...{
            depends: ['adduser', 'procps'],
            recommends: ['ca-certificates'],
            suggests: ['ccextractor'],
          },
          scripts: `${packaging}/client/debian`,
        },
        path.resolve(values.out),
      ),
    )
  if (!kinds.includes('rpm')) return
  // Completions of zsh lie elsewhere there.
  mkdirSync(`${tree}/usr/share/zsh/site-functions`)
  renameSync(
    `${tree}/usr/share/zsh/vendor-completions/_ccr`,
    `${tree}/usr/share/zsh/site-functions/_ccr`,
  )
  tellMade(
    makeRpm(
      tree,
      {
        ...facts,
        ...{ machine: machines[of].rpm, license: 'MIT', recommends: ['ca-certificates'] },
        folders: ['etc/ccr', 'usr/lib/ccr', 'usr/lib/ccr/app', 'usr/lib/ccr/app/bin'],
        scripts: `${packaging}/client/rpm-scripts`,
        configFiles: { 'etc/ccr/channels.yaml': 'ccr', 'etc/ccr/ccr.env': 'ccr' },
      },
      path.resolve(values.out),
    ),
  )
}

function isMachine(name: string): name is Machine {
  return name in machines
}
