import assert from 'node:assert/strict'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import { DebianRoot, noPackaging, ranOf } from '../support/packages/debian-root.ts'
import { temporaryFolder, type Folder } from '../support/processes.ts'

/** The tuner side’s packages, as an operator’s machine meets them: installed, used, upgraded, removed. */

const mostBytes = 45e6

describe('the packages of the tuner side', { skip: noPackaging(), timeout: 600_000 }, () => {
  let made: Folder
  let deb: string
  let rpm: string

  before(async () => {
    made = await temporaryFolder()
    const built = ranOf('npm', ['run', '-s', 'package:client', '--', '--out', made.path])
    assert.equal(built.code, 0, built.text)
    const files = await readdir(made.path)
    deb = `${made.path}/${files.find((file) => file.endsWith('.deb')) ?? ''}`
    rpm = `${made.path}/${files.find((file) => file.endsWith('.rpm')) ?? ''}`
  })

  after(() => made[Symbol.asyncDispose]())

  it('are of a size to download, and clean to lintian and rpmlint', () => {
    for (const file of [deb, rpm]) assert.ok(statSync(file).size < mostBytes, file)
    const lintian = ranOf('lintian', ['--allow-root', '--fail-on', 'error,warning', deb])
    assert.equal(lintian.code, 0, lintian.text)
    const rpmlint = ranOf('rpmlint', ['--config', 'packaging/rpmlint.toml', rpm])
    assert.match(rpmlint.text, / 0 errors, 0 warnings/, rpmlint.text)
  })

  it('deb: installs, runs, and is what a service manager accepts', async () => {
    await using root = await DebianRoot.create()
    await cp(deb, `${root.path}/ccr.deb`)
    const installed = root.run('dpkg', '-i', '/ccr.deb')
    assert.equal(installed.code, 0, installed.text)
    assert.match(root.run('ccr', '--version').text, /^\d+\.\d+\.\d+\n$/)
    assert.match(root.run('ccr', 'serve').text, /unknown command 'serve'/)
    await cp('samples/the-cartographer.bin', `${root.path}/sample.bin`)
    const inspected = root.run('ccr', 'inspect', '/sample.bin')
    assert.match(inspected.text, /CC1 +\? +pop-on +41/)
    const converted = root.run('ccr', 'convert', '/sample.bin', '-', '--to', 'srt')
    assert.equal(converted.text.match(/-->/g)?.length, 41)
    const unit = '/usr/lib/systemd/system/ccr-send.service'
    const verified = root.run('systemd-analyze', 'verify', '--man=no', unit)
    assert.deepEqual(verified, { code: 0, text: '' })
    const exposure = root.run(
      'systemd-analyze',
      'security',
      '--offline=true',
      '--threshold=30',
      unit,
    )
    assert.equal(exposure.code, 0, exposure.text.slice(-300))
    assert.match(root.run('getent', 'passwd', 'ccr').text, /:\/var\/lib\/ccr:/)
    assert.equal(root.run('stat', '-c', '%U %G %a', '/etc/ccr/ccr.env').text, 'root ccr 640\n')
  })

  it('deb: an upgrade keeps configuration and spool, a removal too, a purge nothing', async () => {
    await using root = await DebianRoot.create()
    await cp(deb, `${root.path}/ccr.deb`)
    assert.equal(root.run('dpkg', '-i', '/ccr.deb').code, 0)
    const configuration = `${root.path}/etc/ccr/channels.yaml`
    appendFileSync(configuration, '# mine\n')
    root.run('install', '-d', '-o', 'ccr', '-g', 'ccr', '/var/lib/ccr/spool')
    writeFileSync(`${root.path}/var/lib/ccr/spool/kept`, 'kept')
    writeFileSync(`${root.path}/etc/ccr/news.token`, 'secret')
    nextVersion(deb, `${root.path}/next.deb`)
    const upgraded = root.run('dpkg', '--force-confold', '-i', '/next.deb')
    assert.equal(upgraded.code, 0, upgraded.text)
    assert.match(root.run('dpkg-query', '-W', 'ccr').text, /99\.0/)
    assert.match(readFileSync(configuration, 'utf8'), /# mine/)
    assert.equal(root.run('stat', '-c', '%G %a', '/etc/ccr/channels.yaml').text, 'ccr 640\n')
    assert.equal(root.run('dpkg', '-r', 'ccr').code, 0)
    assert.equal(existsSync(`${root.path}/usr/lib/ccr`), false)
    assert.match(readFileSync(configuration, 'utf8'), /# mine/)
    assert.equal(readFileSync(`${root.path}/var/lib/ccr/spool/kept`, 'utf8'), 'kept')
    const purged = root.run('dpkg', '-P', 'ccr')
    assert.equal(purged.code, 0, purged.text)
    assert.equal(existsSync(configuration), false)
    assert.equal(existsSync(`${root.path}/var/lib/ccr`), false)
    assert.equal(existsSync(`${root.path}/etc/ccr/news.token`), true, 'tokens are whose they are')
  })

  it('rpm: installs, runs, keeps what was changed, and goes', async () => {
    await using root = await DebianRoot.create()
    const inside = (...args: readonly string[]): ReturnType<typeof ranOf> =>
      ranOf('rpm', ['--root', root.path, '--nodeps', ...args])
    const installed = inside('-i', rpm)
    assert.equal(installed.code, 0, installed.text)
    assert.match(root.run('ccr', '--version').text, /^\d+\.\d+\.\d+\n$/)
    assert.equal(root.run('stat', '-c', '%U %G %a', '/etc/ccr/ccr.env').text, 'root ccr 640\n')
    assert.deepEqual(root.run('systemd-analyze', 'verify', '--man=no', 'ccr-send.service'), {
      code: 0,
      text: '',
    })
    appendFileSync(`${root.path}/etc/ccr/channels.yaml`, '# mine\n')
    const again = inside('-U', '--replacepkgs', rpm)
    assert.equal(again.code, 0, again.text)
    assert.match(readFileSync(`${root.path}/etc/ccr/channels.yaml`, 'utf8'), /# mine/)
    const erased = inside('-e', 'ccr')
    assert.equal(erased.code, 0, erased.text)
    assert.equal(existsSync(`${root.path}/usr/lib/ccr`), false)
    assert.equal(existsSync(`${root.path}/usr/bin/ccr`), false)
    assert.match(readFileSync(`${root.path}/etc/ccr/channels.yaml.rpmsave`, 'utf8'), /# mine/)
  })

  it('bring a manual page and completions that shells take', async () => {
    await using folder = await temporaryFolder()
    assert.equal(ranOf('dpkg-deb', ['-x', deb, folder.path]).code, 0)
    const page = `${folder.path}/usr/share/man/man1/ccr.1.gz`
    const shown = ranOf('man', ['--warnings', '-l', page])
    assert.match(shown.text, /ccr send|send \[options\]/)
    assert.match(shown.text, /--token-file.*\[?CCR_TOKEN_FILE\]?/s)
    assert.doesNotMatch(shown.text, /warning|error:/)
    const bash = `. ${folder.path}/usr/share/bash-completion/completions/ccr
COMP_WORDS=(ccr send --tok); COMP_CWORD=2; _ccr; echo "\${COMPREPLY[@]}"
COMP_WORDS=(ccr in); COMP_CWORD=1; _ccr; echo "\${COMPREPLY[@]}"`
    assert.equal(ranOf('bash', ['-c', bash]).text, '--token --token-file\ninspect\n')
    const zsh = ranOf('zsh', ['-n', `${folder.path}/usr/share/zsh/vendor-completions/_ccr`])
    assert.deepEqual(zsh, { code: 0, text: '' })
    const completions = `${folder.path}/usr/share/fish/vendor_completions.d/ccr.fish`
    const fish = ranOf('fish', ['-c', `source ${completions}; complete -C 'ccr convert --sh'`])
    assert.match(fish.text, /^--shift\t/)
  })
})

/** The same package with a version to come. */
function nextVersion(deb: string, next: string): void {
  const script = `set -e; d=$(mktemp -d); dpkg-deb -R "$0" "$d"
sed -i 's/^Version: .*/Version: 99.0/' "$d/DEBIAN/control"
dpkg-deb --root-owner-group -Znone -b "$d" "$1" >/dev/null; rm -r "$d"`
  const made = ranOf('bash', ['-c', script, deb, next])
  assert.equal(made.code, 0, made.text)
}
