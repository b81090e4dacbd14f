import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/**
 * Datagrams that Linux has dropped since sockets at this address were opened, because nobody read them in time or the
 * receive buffer was too small; null where the system does not tell.
 */
export async function droppedByKernel(host: string, port: number): Promise<number | null> {
  const table = await readFile(
    isIP(host) === 6 ? '/proc/net/udp6' : '/proc/net/udp',
    'latin1',
  ).catch(() => null)
  return table === null ? null : parseDrops(table, port)
}

/** Of all sockets at that port: a line is `sl local:port remote:port st … drops`. */
export function parseDrops(table: string, port: number): number | null {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  let drops: number | null = null
  for (const line of table.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    if (fields[1]?.endsWith(`:${hex}`) !== true) continue
    const count = Number(fields.at(-1))
    if (Number.isSafeInteger(count)) drops = (drops ?? 0) + count
  }
  return drops
}
