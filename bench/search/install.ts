import { execFileSync } from 'node:child_process'

/** Installs Debian packages where they are missing; why not, when they are not to be had. */
export function install(isThere: () => boolean, packages: readonly string[]): string | undefined {
  if (isThere()) return undefined
  if (process.getuid?.() !== 0)
    return `not installed, and only root can install ${packages.join(' and ')}`
  const options = ['install', '-y', '-q', '--no-install-recommends']
  try {
    execFileSync('apt-get', [...options, ...packages], {
      ...{ stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } },
    })
  } catch {
    return `neither installed nor to be had here (${packages.join(', ')})`
  }
  return isThere() ? undefined : `still missing after ${packages.join(' and ')} were installed`
}
