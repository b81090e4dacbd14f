import assert from 'node:assert/strict'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { assertGolden, golden, variants } from '../support/deploy/golden.ts'
import { noKubectl, render } from '../support/deploy/manifests.ts'
import { temporaryFolder } from '../support/processes.ts'

/** The large cluster with another controller, or KEDA, as an administrator puts it in place: what changes of the rendered whole. */

const chosen = '  - ../../components/ingress-nginx\n'

for (const variant of variants)
  it(
    `the large cluster with ${variant} is as test/deploy/golden has it`,
    { skip: noKubectl },
    async () => {
      await using folder = await temporaryFolder()
      const copy = path.join(folder.path, 'kubernetes')
      cpSync('deploy/kubernetes', copy, { recursive: true })
      const overlay = path.join(copy, 'overlays/large-cluster')
      const file = path.join(overlay, 'kustomization.yaml')
      const said = readFileSync(file, 'utf8')
      assert.ok(said.includes(chosen))
      const other = `  - ../../components/${variant}\n`
      writeFileSync(file, said.replace(chosen, variant === 'keda' ? chosen + other : other))
      const kept = new Set(objectsOf(readFileSync(golden('large-cluster'), 'utf8')))
      const changed = objectsOf(render(overlay)).filter((object) => !kept.has(object))
      assert.ok(changed.length > 0)
      assertGolden(`large-cluster-${variant}`, changed.join('---\n'))
    },
  )

/** One setting gives all of them another name, and so every pod: that is left out. */
function objectsOf(text: string): readonly string[] {
  return text.replaceAll(/\bccr-settings-[0-9a-z]{10}\b/g, 'ccr-settings').split(/^---\n/m)
}
