import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { work } from './places.ts'
import { emptyFolder, filesIn, maintainer, sourceDate, tool, wrap } from './tools.ts'

export interface RpmFacts {
  readonly name: string
  readonly version: string
  readonly machine: string
  readonly license: string
  readonly summary: string
  readonly description: readonly string[]
  readonly recommends?: readonly string[]
  /** Sections of the spec that run when it is installed and removed. */
  readonly scripts?: string
  /** Folders that nothing else has. */
  readonly folders?: readonly string[]
  /** Names of files that are whose configuration it is; the group may read them. */
  readonly configFiles?: Readonly<Record<string, string>>
}

/** An RPM of a tree; returns its path. What libraries its executables need, rpm reads from them. */
export function makeRpm(tree: string, facts: RpmFacts, out: string): string {
  const top = emptyFolder(`${work}/rpm-${facts.name}-${facts.machine}`)
  const spec = path.join(top, `${facts.name}.spec`)
  writeFileSync(spec, specOf(tree, top, facts))
  tool('rpmbuild', ['-bb', '--quiet', `--target=${facts.machine}`, spec], {
    env: { SOURCE_DATE_EPOCH: String(sourceDate()) },
  })
  const folder = path.join(top, 'RPMS', facts.machine)
  const [built = ''] = readdirSync(folder)
  mkdirSync(out, { recursive: true })
  copyFileSync(path.join(folder, built), path.join(out, built))
  return path.join(out, built)
}

function specOf(tree: string, top: string, facts: RpmFacts): string {
  const { configFiles = {} } = facts
  const files = filesIn(tree).filter((file) => configFiles[file] === undefined)
  return `%define _topdir ${top}
%define _binary_payload w9.zstdio
%define debug_package %{nil}
# The program comes as it is: nothing of it is stripped or made again.
%define __os_install_post %{nil}
%define _build_id_links none
%define use_source_date_epoch_as_buildtime 1
%define clamp_mtime_to_source_date_epoch 1
%define _buildhost build
# Its own Node starts it, which is no package.
%global __requires_exclude ^/usr/lib/ccr/node$

Name: ${facts.name}
Version: ${facts.version}
Release: 1
Summary: ${facts.summary.charAt(0).toUpperCase()}${facts.summary.slice(1)}
Group: Applications/Multimedia
Packager: ${maintainer()}
License: ${facts.license}
${(facts.recommends ?? []).map((name) => `Recommends: ${name}\n`).join('')}AutoReqProv: yes

%description
${facts.description.map((text) => wrap(text, 78).join('\n')).join('\n\n')}

%install
cp -a ${tree}/. %{buildroot}/

${facts.scripts === undefined ? '' : readFileSync(facts.scripts, 'utf8')}
%files
%defattr(-,root,root,-)
${(facts.folders ?? []).map((folder) => `%dir /${folder}\n`).join('')}${files.map((file) => (isDocument(file) ? `%doc /${file}` : `/${file}`)).join('\n')}
${Object.entries(configFiles)
  .map(([file, group]) => `%attr(0640,root,${group}) %config(noreplace) /${file}`)
  .join('\n')}

%changelog
* ${rpmDate()} ${maintainer()} ${facts.version}-1
- As the project's own changelog tells.
`
}

/** `Sat Nov 28 2026` */
function rpmDate(): string {
  const [day = '', date, month, year] = new Date(sourceDate() * 1000).toUTCString().split(' ')
  return `${day.slice(0, 3)} ${month} ${date} ${year}`
}

function isDocument(file: string): boolean {
  return file.startsWith('usr/share/doc/') || file.startsWith('usr/share/man/')
}
