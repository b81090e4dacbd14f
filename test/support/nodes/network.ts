import { execFileSync, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DistantHost } from './hosts.ts'

/** Processes too: none of them outlives the first. */
const apart = ['--net', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child']
const insideVariable = 'CCR_TEST_NETWORK'
/** For benchmarks of networks (RFC 2544); here it is in no network but the one that is made for a test. */
const subnet = '198.18.0'
const nowhere = '02:00:00:00:00:00'

/** Whether this process is in a network of its own: see `inNetwork`. */
export const isInNetwork = process.env[insideVariable] === '1'

/**
 * Runs a test file once more in a network that nobody else is in, and that is gone with the last of its processes; gives
 * the program that does so.
 */
export function inNetwork(file: string): { readonly program: string; readonly args: string[] } {
  const prepare = 'mkdir -p /run/netns && mount -t tmpfs networks /run/netns && ip link set lo up'
  const program = `${prepare} && exec "$0" "$1"`
  return {
    program: 'unshare',
    args: [...apart, 'sh', '-c', program, process.execPath, fileURLToPath(file)],
  }
}

export const networkEnv = { [insideVariable]: '1' }

/** Hosts that reach each other over a switch, which this process is on too, at `address`. */
export class Network {
  readonly address = `${subnet}.1`
  #hosts = 0

  constructor() {
    if (!isInNetwork) throw new Error('it is only made in a network of its own')
    ip('link', 'add', 'switch', 'type', 'bridge')
    ip('address', 'add', `${this.address}/24`, 'dev', 'switch')
    ip('link', 'set', 'switch', 'up')
  }

  addHost(name: string): DistantHost {
    const n = ++this.#hosts
    const port = `port${n}`
    const address = `${subnet}.${n + 1}`
    ip('netns', 'add', name)
    ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'cable', 'netns', name)
    ip('link', 'set', port, 'master', 'switch', 'up')
    ip('-n', name, 'address', 'add', `${address}/24`, 'dev', 'cable')
    for (const device of ['lo', 'cable']) ip('-n', name, 'link', 'set', device, 'up')
    return {
      ...{ name, address },
      command: (program, args) => ['ip', ['netns', 'exec', name, program, ...args]],
      cut: (from) => {
        if (from === undefined) ip('link', 'set', port, 'nomaster')
        else for (const [a, b] of pairs(name, address, from)) misdirect(a, b)
      },
      join: (to) => {
        if (to === undefined) ip('link', 'set', port, 'master', 'switch')
        else
          for (const [a, b] of pairs(name, address, to))
            ip('-n', a, 'neighbour', 'delete', b, 'dev', 'cable')
      },
    }
  }
}

function pairs(name: string, address: string, other: DistantHost): [string, string][] {
  return [
    [name, other.address],
    [other.name, address],
  ]
}

/** What one host sends to another goes to an Ethernet address that nobody has. */
function misdirect(host: string, address: string): void {
  const entry = [address, 'lladdr', nowhere, 'dev', 'cable', 'nud', 'permanent']
  ip('-n', host, 'neighbour', 'replace', ...entry)
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Why there can be no network of a test's own; false when there can. */
export function reasonAgainstNetworks(): string | false {
  if (spawnSync('ip', ['-V']).error !== undefined)
    return 'needs networks of its own: apt-get install iproute2'
  if (process.getuid?.() !== 0) return 'needs networks of its own, which only root can make'
  return spawnSync('unshare', [...apart, 'true']).status === 0
    ? false
    : 'this machine does not let anybody make networks of its own'
}
