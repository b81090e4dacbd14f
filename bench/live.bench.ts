import { cpus } from 'node:os'
import { besides, type Beside } from './live/beside.ts'
import { measureFloor } from './live/floor.ts'
import { installNchan, kinds, measure, type Kind, type Measured } from './live/measure.ts'

/**
 * Live delivery beside its peers, on one load: recorded direct roll-up on 100 channels, viewers on 4 each. CPU is
 * the engine's own (its idle load taken off) per draft or cue and viewer; all peers deliver the same text, which a
 * sum at each viewer shows. The floor is one bare send(2) per tick and viewer of as many bytes as ours takes.
 * Then ours alone with more viewers; and `ccr serve` itself, storing what it is fed, alone and beside heavy reading
 * of its archive and 200 further channels.
 *
 * BENCH_SECONDS (15) a run; BENCH_VIEWERS (1000,5000,10000); BENCH_PARTS (peers,crowds,beside).
 */

const seconds = Number(process.env['BENCH_SECONDS'] ?? '15')
const crowd = 1000
const crowds = (process.env['BENCH_VIEWERS'] ?? '1000,5000,10000').split(',').map(Number)
const parts = (process.env['BENCH_PARTS'] ?? 'peers,crowds,beside').split(',')

console.log(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${seconds} s a run`,
)
const results = new Map<string, Measured>()
results.set('ours', await measure('ours', crowd, seconds))
const ours = found('ours')
const floorCores = await measureFloor({
  ...{ viewers: crowd, tickMs: ours.tickMs, seconds },
  bytesPerWrite: Math.max(1, Math.round((ours.bytesPerSecondAndViewer * ours.tickMs) / 1000)),
})
if (parts.includes('peers'))
  for (const kind of Object.keys(kinds) as Kind[])
    if (kind !== 'ours' && (kind !== 'nchan' || installNchan()))
      results.set(kind, await measure(kind, crowd, seconds))
if (parts.includes('crowds'))
  for (const viewers of crowds.filter((n) => n !== crowd))
    results.set(`ours, ${viewers} viewers`, await measure('ours', viewers, seconds))
const served: Beside[] = []
if (parts.includes('beside'))
  for (const viewers of crowds)
    for (const isBusy of [false, true]) served.push(await besides(viewers, isBusy, seconds))

console.table(
  Object.fromEntries(
    [...results].map(([name, m]) => [
      name,
      {
        'µs an update': m.usPerUpdate.toFixed(2),
        'times ours': (m.usPerUpdate / ours.usPerUpdate).toFixed(1),
        cores: m.cores.toFixed(3),
        'KB a viewer': m.kbPerViewer.toFixed(1),
        'wire / caption bytes': m.wirePerCaptionByte.toFixed(2),
        'p50 / p99 ms': `${m.p50} / ${m.p99}`,
        'tick ms': m.tickMs.toFixed(0),
        'viewers’ cores': m.viewerCores.toFixed(2),
      },
    ]),
  ),
)
console.log(
  `one bare send(2) per tick and viewer: ${floorCores.toFixed(3)} cores; ours ${ours.cores.toFixed(3)}`,
)
if (ours.deflatedShare !== null)
  console.log(
    `permessage-deflate with a window a viewer would leave ${(ours.deflatedShare * 100).toFixed(0)} % of the payload`,
  )
if (served.length > 0)
  console.table(
    Object.fromEntries(
      served.map((one) => [
        `${one.viewers} viewers${one.isBusy ? ', 200 feeds and heavy reading beside' : ''}`,
        {
          'letters p50 / p99 ms': `${one.p50} / ${one.p99}`,
          'cues, stored before told, p50 / p99 ms': `${one.cueP50} / ${one.cueP99}`,
          'server’s cores': one.cores.toFixed(2),
          'loop delay p99 ms': one.loopP99Ms.toFixed(0),
          'tick ms': one.tickMs.toFixed(0),
          'archive reads a second': one.readsPerSecond.toFixed(0),
          'viewers’ cores': one.viewerCores.toFixed(2),
        },
      ]),
    ),
  )
console.log(
  `a month of 100 channels and 1,000 viewers: ${ours.cores.toFixed(3)} cores, ${((ours.bytesPerSecondAndViewer * crowd * 86_400 * 30) / 1e9).toFixed(0)} GB out, no disk`,
)
const most = results.get(`ours, ${Math.max(...crowds)} viewers`) ?? ours
console.log(
  JSON.stringify({
    wireBytesPerCaptionByte: round(ours.wirePerCaptionByte),
    cpuVsSocketIo: ratioTo('socketIo'),
    cpuVsWs: ratioTo('ws'),
    cpuVsNchan: ratioTo('nchan'),
    cpuVsFloor: round(ours.cores / floorCores),
    latencyP99Ms: most.p99,
    viewersAtLatency: most.viewers,
    kbPerViewer: round(most.kbPerViewer),
    ...(served.length === 0
      ? {}
      : {
          servedP99Ms: served.findLast(({ isBusy }) => !isBusy)?.p99,
          servedBusyP99Ms: served.findLast(({ isBusy }) => isBusy)?.p99,
        }),
  }),
)

function found(name: string): Measured {
  const measured = results.get(name)
  if (measured === undefined) throw new Error(`${name} was not measured`)
  return measured
}

function ratioTo(kind: Kind): number | null {
  const peer = results.get(kind)
  return peer === undefined ? null : round(ours.usPerUpdate / peer.usPerUpdate)
}

function round(value: number): number {
  return Number(value.toFixed(3))
}
