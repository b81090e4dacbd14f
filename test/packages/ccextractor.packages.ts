import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { DebianRoot, noPackaging, ranOf } from '../support/packages/debian-root.ts'
import { temporaryFolder } from '../support/processes.ts'

/** Says its version as the real one does, and needs a library that not every machine has. */
const source = `#include <stdio.h>
#include <zlib.h>
int main(int argc, char **argv) { puts("CCExtractor 0.96.6, a stand-in"); puts(zlibVersion()); return argc > 5; }
`

describe('the package of a CCExtractor', { skip: noPackaging(), timeout: 300_000 }, () => {
  it('is made of a binary: its version, its libraries, its license', async () => {
    await using folder = await temporaryFolder()
    writeFileSync(`${folder.path}/c.c`, source)
    const binary = `${folder.path}/ccextractor`
    const compiled = ranOf('gcc', ['-o', binary, `${folder.path}/c.c`, '-lz'])
    assert.equal(compiled.code, 0, compiled.text)
    const out = `${folder.path}/out`
    const args = ['run', '-s', 'package:ccextractor', '--', '--binary', binary, '--out', out]
    const built = ranOf('npm', args)
    assert.equal(built.code, 0, built.text)
    const files = await readdir(out)
    const deb = `${out}/${files.find((file) => file.endsWith('.deb')) ?? ''}`
    const rpm = `${out}/${files.find((file) => file.endsWith('.rpm')) ?? ''}`
    assert.match(ranOf('dpkg-deb', ['-f', deb, 'Version']).text, /^0\.96\.6\n/)
    assert.match(ranOf('dpkg-deb', ['-f', deb, 'Depends']).text, /libc6 .*zlib1g/)
    assert.match(ranOf('rpm', ['-qp', '--requires', rpm]).text, /libz\.so\.1/)
    const lintian = ranOf('lintian', ['--allow-root', '--fail-on', 'error,warning', deb])
    assert.equal(lintian.code, 0, lintian.text)
    const rpmlint = ranOf('rpmlint', ['--config', 'packaging/rpmlint.toml', rpm])
    assert.match(rpmlint.text, / 0 errors, 0 warnings/, rpmlint.text)
    await using root = await DebianRoot.create()
    await cp(deb, `${root.path}/c.deb`)
    assert.equal(root.run('dpkg', '-i', '/c.deb').code, 0)
    assert.match(root.run('ccextractor', '--version').text, /0\.96\.6/)
    assert.equal(root.run('dpkg', '-r', 'ccextractor').code, 0)
  })

  it('is refused for what is no program, or does not say which it is', () => {
    const made = (binary: string): ReturnType<typeof ranOf> =>
      ranOf('npm', ['run', '-s', 'package:ccextractor', '--', '--binary', binary])
    assert.match(made('README.md').text, /no program that can be run here/)
    assert.match(made('/bin/true').text, /--version does not say which it is/)
    assert.equal(made('/bin/true').code, 1)
  })
})
