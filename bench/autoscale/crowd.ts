import { backoffMs } from '../../src/protocol/backoff.ts'
import { Autoscaler } from './autoscaler.ts'
import type { Costs } from './costs.ts'
import type { TierRule } from './rule.ts'

/** What is around the tier; times in seconds. */
export interface Surroundings {
  /** Whom a balancer sends the next one to: any that is ready, or the one with the fewest. */
  readonly balancer: 'any' | 'fewest'
  /** Pods that there is room for on machines that are there; further ones wait `machineS` for a machine. */
  readonly roomForPods: number
  readonly machineS: number
}

export interface Outcome {
  /** Pods that are ready, and viewers that are connected, at each second. */
  readonly pods: readonly number[]
  readonly viewers: readonly number[]
  readonly mostPods: number
  readonly mostViewersOfAPod: number
  /** Cores that a pod would have wanted at its worst second. */
  readonly mostCoresOfAPod: number
  /** Viewers that waited for longer than a second to be let in, and the longest that one waited. */
  readonly delayed: number
  readonly longestWaitS: number
  /** Attempts that were given up, to be made again elsewhere. */
  readonly turnedAway: number
  /** Viewers that were asked to leave by pods that went. */
  readonly moved: number
  /** Viewer-seconds on pods with more viewers than were ever measured on one. */
  readonly crowdedViewerSeconds: number
  /** Seconds from when the last of the crowd came to when as many pods were ready as there ever were. */
  readonly settledS: number
  readonly podMinutes: number
  /** Pod-minutes with as many at every moment as the target asks for, and never fewer than the least. */
  readonly idealPodMinutes: number
}

/** Every how often the autoscaler looks: --horizontal-pod-autoscaler-sync-period. */
const syncS = 15
/** Prometheus asks as often as our ServiceMonitor says, metrics-server by its default; the latter's figures are of the window before. */
const scrapeS = 15
/** From a pod's being asked for to its process answering: scheduling, container and start (1.7 s of it, bench/README.md, `archive`). */
const createS = 5
/** Until balancers have heard of a pod that is ready, or goes. */
const hearS = 2
/** The event loop that serves viewers is one thread. */
const coresOfALoop = 1
/** Readers that are asked to leave come back spread over this (src/server/core/live/live-hub.ts). */
const comeBackS = 5
const patienceS = 10
const backoff = { firstMs: 500, longestMs: 30_000 }

interface Pod {
  readonly readyAtS: number
  goesAtS: number | undefined
  viewers: number
  /** Those that wait to be let in, by the second in which they came. */
  waiting: { readonly cameS: number; count: number }[]
  /** What was last measured. */
  scraped: { readonly cores: number; readonly connections: number } | undefined
  coreSeconds: number
  sinceS: number
}

/** A crowd of `viewersAt(second)` on a tier that is scaled by its rule, second by second. There is no chance in it: the mean is computed. */
export function simulate(
  rule: TierRule,
  costs: Costs,
  around: Surroundings,
  viewersAt: (second: number) => number,
  seconds: number,
): Outcome {
  const autoscaler = new Autoscaler(rule)
  let all: Pod[] = Array.from({ length: rule.least }, () => podFrom(-60))
  /** Viewers that come, by second: those that come back, beside those that are new. */
  const coming = new Array<number>(seconds + 120).fill(0)
  const outcome = {
    ...{ pods: [] as number[], viewers: [] as number[], delayed: 0, longestWaitS: 0 },
    ...{ turnedAway: 0, moved: 0, crowdedViewerSeconds: 0, mostCoresOfAPod: 0 },
    ...{ mostViewersOfAPod: 0, podSeconds: 0, idealPodSeconds: 0 },
  }
  let before = 0
  for (let now = 0; now < seconds; now++) {
    const wanted = viewersAt(now)
    if (wanted > before) coming[now] = (coming[now] ?? 0) + wanted - before
    else leave(all, before - wanted)
    before = wanted
    for (const pod of all)
      if (pod.goesAtS !== undefined && now === pod.goesAtS + rule.preStopS) drain(pod, now)
    all = all.filter(
      (pod) => pod.goesAtS === undefined || now <= pod.goesAtS + rule.preStopS + comeBackS,
    )
    const open = all.filter(
      (pod) =>
        now >= pod.readyAtS + hearS && (pod.goesAtS === undefined || now < pod.goesAtS + hearS),
    )
    admit(open, coming[now] ?? 0, now)
    for (const pod of all) work(pod, now)
    if (now % scrapeS === 7)
      for (const pod of all)
        if (now >= pod.readyAtS) {
          pod.scraped = {
            cores: pod.coreSeconds / Math.max(1, now - pod.sinceS),
            connections: pod.viewers,
          }
          pod.coreSeconds = 0
          pod.sinceS = now
        }
    if (now % syncS === 0) scale(now)
    const ready = all.filter((pod) => now >= pod.readyAtS && pod.goesAtS === undefined)
    outcome.pods.push(ready.length)
    outcome.viewers.push(all.reduce((sum, pod) => sum + pod.viewers, 0))
    outcome.podSeconds += all.length
    outcome.idealPodSeconds += Math.max(rule.least, Math.ceil(wanted / rule.connectionTarget))
  }
  const mostPods = Math.max(...outcome.pods)
  const full = outcome.pods.findIndex((_, now) => viewersAt(now) >= peak(viewersAt, seconds))
  return {
    ...outcome,
    mostPods,
    settledS: Math.max(0, outcome.pods.indexOf(mostPods) - full),
    podMinutes: outcome.podSeconds / 60,
    idealPodMinutes: outcome.idealPodSeconds / 60,
  }

  function podFrom(readyAtS: number): Pod {
    return {
      ...{ readyAtS, goesAtS: undefined, viewers: 0, waiting: [], scraped: undefined },
      ...{ coreSeconds: 0, sinceS: Math.max(0, readyAtS) },
    }
  }

  function admit(open: readonly Pod[], count: number, now: number): void {
    if (count <= 0) return
    if (open.length === 0) {
      comeAgain(count, now)
      return
    }
    if (around.balancer === 'any') {
      for (const pod of open) pod.waiting.push({ cameS: now, count: count / open.length })
      return
    }
    // The fewest first, until all have as many: water that fills what is lowest.
    let rest = count
    const loads = open.map((pod) => ({ pod, has: loadOf(pod) })).sort((a, b) => a.has - b.has)
    for (let lowest = 1; rest > 1e-9; lowest++) {
      const level = loads.slice(0, lowest)
      const next = loads[lowest]?.has ?? Infinity
      const floor = level[0]?.has ?? 0
      const each = Math.min(next - floor, rest / level.length)
      for (const one of level) {
        one.has += each
        one.pod.waiting.push({ cameS: now, count: each })
      }
      rest -= each * level.length
    }
  }

  /** A second of a pod: those who are there are served first, and with what is left of the loop others are let in. */
  function work(pod: Pod, now: number): void {
    if (now < pod.readyAtS) return
    const serving = costs.idleCores + costs.coresPerViewer * pod.viewers
    const asked = pod.waiting.reduce((sum, { count }) => sum + count, 0) * costs.joinCoreSeconds
    outcome.mostCoresOfAPod = Math.max(outcome.mostCoresOfAPod, serving + asked)
    let budget = Math.max(0, coresOfALoop - serving)
    pod.coreSeconds += Math.min(coresOfALoop, serving + asked)
    for (const group of pod.waiting) {
      const admitted = Math.min(group.count, budget / costs.joinCoreSeconds)
      budget -= admitted * costs.joinCoreSeconds
      group.count -= admitted
      pod.viewers += admitted
      const waitedS = now - group.cameS
      if (waitedS >= 1) outcome.delayed += admitted
      if (admitted > 0) outcome.longestWaitS = Math.max(outcome.longestWaitS, waitedS)
      if (waitedS >= patienceS) {
        comeAgain(group.count, now)
        group.count = 0
      }
    }
    pod.waiting = pod.waiting.filter(({ count }) => count > 1e-9)
    outcome.mostViewersOfAPod = Math.max(outcome.mostViewersOfAPod, pod.viewers)
    if (pod.viewers > costs.measuredViewers) outcome.crowdedViewerSeconds += pod.viewers
  }

  function comeAgain(count: number, now: number): void {
    outcome.turnedAway += count
    const at = now + Math.max(1, Math.round(backoffMs(backoff, 2, 0.5) / 1000))
    coming[at] = (coming[at] ?? 0) + count
  }

  function drain(pod: Pod, now: number): void {
    const count = loadOf(pod)
    outcome.moved += count
    for (let later = 1; later <= comeBackS; later++)
      coming[now + later] = (coming[now + later] ?? 0) + count / comeBackS
    pod.viewers = 0
    pod.waiting = []
  }

  function scale(now: number): void {
    const there = all.filter((pod) => pod.goesAtS === undefined)
    const decided = autoscaler.decide(
      now,
      there.map((pod) => ({
        isReady: now >= pod.readyAtS,
        cores: pod.scraped?.cores,
        connections: pod.scraped?.connections,
      })),
    )
    for (let index = there.length; index < decided; index++) {
      const machineS = index < around.roomForPods ? 0 : around.machineS
      const probeS = (rule.startupPeriodS + rule.readinessPeriodS) / 2
      all.push(podFrom(Math.ceil(now + machineS + createS + probeS)))
    }
    // The newest go first, as a ReplicaSet has it.
    const newest = there.toSorted((a, b) => b.readyAtS - a.readyAtS)
    for (const pod of newest.slice(0, Math.max(0, there.length - decided))) pod.goesAtS = now
  }
}

/** A crowd that comes within five minutes, stays for fifteen, goes within five but for a tenth, which goes half an hour later. */
export function crowdOf(most: number): {
  readonly viewersAt: (second: number) => number
  readonly seconds: number
} {
  const line: readonly (readonly [minute: number, viewers: number])[] = [
    ...([
      [0, 0],
      [5, most],
      [20, most],
      [25, most / 10],
      [55, most / 10],
      [56, 0],
      [75, 0],
    ] as const),
  ]
  return {
    seconds: 75 * 60,
    viewersAt: (second) => {
      const minute = second / 60
      const at = Math.max(
        1,
        line.findIndex(([end]) => minute <= end),
      )
      const [[from, low], [to, high]] = [line[at - 1] ?? [0, 0], line[at] ?? [1, 0]]
      return low + ((high - low) * (minute - from)) / (to - from)
    },
  }
}

function loadOf(pod: Pod): number {
  return pod.viewers + pod.waiting.reduce((sum, { count }) => sum + count, 0)
}

/** They leave evenly. */
function leave(pods: readonly Pod[], count: number): void {
  const there = pods.reduce((sum, pod) => sum + pod.viewers, 0)
  if (there <= 0) return
  const stay = Math.max(0, 1 - count / there)
  for (const pod of pods) pod.viewers *= stay
}

function peak(viewersAt: (second: number) => number, seconds: number): number {
  let most = 0
  for (let now = 0; now < seconds; now++) most = Math.max(most, viewersAt(now))
  return most
}
