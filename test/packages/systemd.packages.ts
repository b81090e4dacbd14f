import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { parseConfig } from '../../src/server/config.ts'
import { temporaryFolder } from '../support/processes.ts'

const units = ['ccr.service', 'ccr-backup.service', 'ccr-backup.timer']
const skip =
  spawnSync('systemd-analyze', ['--version']).error === undefined
    ? false
    : 'systemd-analyze is not installed'
/** What `systemd-analyze security` counts, ten times: 100 is bare, and "OK" begins at 40. */
const mostExposure = 25

describe('deploy/systemd', { skip }, () => {
  it('is what systemd takes, and exposes little', async () => {
    await using folder = await temporaryFolder()
    for (const unit of units) {
      const text = readFileSync(`deploy/systemd/${unit}`, 'utf8')
      // Where the program is here.
      writeFileSync(
        path.join(folder.path, unit),
        text.replaceAll('/opt/ccr/', `${path.resolve()}/`),
      )
    }
    const files = units.map((unit) => path.join(folder.path, unit))
    assert.deepEqual(analyzed('verify', '--man=no', ...files), { code: 0, text: '' })
    for (const service of files.filter((file) => file.endsWith('.service'))) {
      const limit = `--threshold=${mostExposure}`
      const { code, text } = analyzed('security', '--offline=true', limit, service)
      assert.equal(code, 0, text.slice(-200))
    }
    writeFileSync(files[0] ?? '', '[Service]\nExecStart=/no/such/program\nProtectHorse=yes\n')
    assert.match(analyzed('verify', '--man=no', files[0] ?? '').text, /ProtectHorse/)
  })

  it('gives the server longer to stop than it drains, and room for its sockets', () => {
    const text = readFileSync('deploy/systemd/ccr.service', 'utf8')
    const settings = Object.fromEntries(
      [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    ) as Record<string, string>
    const parsed = parseConfig(settings)
    assert.ok(parsed.ok)
    const stopMs = 1000 * Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])
    assert.ok(stopMs > 2 * parsed.config.drainMs + 20_000)
    assert.ok(Number(/^LimitNOFILE=(\d+)$/m.exec(text)?.[1]) >= 65_536)
  })
})

function analyzed(...args: readonly string[]): { code: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  return { code: status, text: `${stdout}${stderr}` }
}
