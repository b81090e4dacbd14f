import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { it } from 'node:test'
import { kinds, readManifests } from '../support/deploy/manifests.ts'

/** A key that Kubernetes does not know does nothing there, in silence; its schemas let it pass. The types of the same models do not. */

const files = [
  'test/deploy/golden/one-node-monitored.yaml',
  'test/deploy/golden/small-cluster.yaml',
  'test/deploy/golden/large-cluster.yaml',
  'deploy/kubernetes/components/keda/scaled-object.yaml',
  'deploy/kubernetes/overlays/one-node/restore.yaml',
  'deploy/kubernetes/overlays/small-cluster/restore.yaml',
]
/** Beside the tests, so that packages are found from it. */
const file = 'test/packages/manifests.made.ts'

it('the manifests have no key that Kubernetes does not know', () => {
  const text = files.map((name) => readFileSync(name, 'utf8')).join('---\n')
  assert.deepEqual(unknownKeys(text), [])
  const misspelt = text.replace('terminationGracePeriodSeconds', 'terminationGracePeriod')
  assert.match(unknownKeys(misspelt).join('\n'), /terminationGracePeriod/)
})

/** What the compiler says of the objects, written as literals of their types. */
function unknownKeys(text: string): readonly string[] {
  const lines = Object.keys(kinds).map((name) => {
    const version = name.slice(0, name.lastIndexOf('/'))
    const kind = name.slice(version.length + 1)
    const others = { 'monitoring.coreos.com': 'prometheus-operator', 'keda.sh': 'keda' }
    const [, other] = Object.entries(others).find(([group]) => version.startsWith(group)) ?? []
    const from = `${other === undefined ? '' : '@'}kubernetes-models/${other === undefined ? '' : `${other}/`}${version}`
    return `import type { I${kind} } from '${from}'`
  })
  const literals = readManifests(text).map(
    (manifest) => `void (${JSON.stringify(manifest)} satisfies I${manifest.kind})`,
  )
  writeFileSync(file, [...lines, ...literals].join('\n'))
  try {
    const compiler = ['node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck']
    const how = ['--module', 'nodenext', '--ignoreConfig', '--types', 'node']
    const { stdout } = spawnSync(process.execPath, [...compiler, ...how, file], {
      encoding: 'utf8',
    })
    return stdout.split('\n').filter((line) => line !== '')
  } finally {
    rmSync(file)
  }
}
