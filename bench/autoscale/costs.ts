/** What a viewer costs a node, as `bench:live` and this benchmark measured it: read out of bench/README.md, where figures are kept. */
export interface Costs {
  /** Cores of a node on which nobody is, while 100 channels are fed. */
  readonly idleCores: number
  readonly coresPerViewer: number
  /** Seconds of a core to let one in. */
  readonly joinCoreSeconds: number
  /** The most that were ever measured on one node. */
  readonly measuredViewers: number
  readonly bytesPerSecondAndViewer: number
}

const secondsPerMonth = 30 * 86_400

/** Throws when a figure is not where it is looked for. */
export function readCosts(readme: string): Costs {
  const rows = section(readme, 'live').matchAll(
    /^\| ([\d,]+) viewers \| \d+ \/ \d+ ms \| \d+ \/ \d+ ms \| ([\d.]+) \|/gm,
  )
  const served = Array.from(rows, ([, viewers = '', cores = '']) => ({
    ...{ viewers: numberOf(viewers), cores: numberOf(cores) },
  }))
  const [least, most] = [served[0], served.at(-1)]
  if (least === undefined || most === undefined || most.viewers <= least.viewers)
    throw new Error('bench/README.md: no rows of viewers and cores under `live`')
  const coresPerViewer = (most.cores - least.cores) / (most.viewers - least.viewers)
  return {
    coresPerViewer,
    idleCores: Math.max(0, least.cores - coresPerViewer * least.viewers),
    measuredViewers: most.viewers,
    joinCoreSeconds:
      found(section(readme, 'autoscale'), /^\| a viewer that comes \| ([\d.]+) ms/m) / 1000,
    bytesPerSecondAndViewer:
      (found(section(readme, 'live'), /1,000 viewers: [\d.]+ of a core, (\d+) GB out/) * 1e9) /
      (1000 * secondsPerMonth),
  }
}

function section(readme: string, name: string): string {
  const text = readme.split(/^## /m).find((part) => part.startsWith(`\`${name}\``))
  if (text === undefined) throw new Error(`bench/README.md: no section ${name}`)
  return text
}

function found(text: string, pattern: RegExp): number {
  const [, figure] = pattern.exec(text) ?? []
  if (figure === undefined) throw new Error(`bench/README.md: nothing like ${pattern.source}`)
  return numberOf(figure)
}

function numberOf(text: string): number {
  return Number(text.replaceAll(',', ''))
}
