import type { Behavior, TierRule } from './rule.ts'

/** Within this share of its target, a figure is left alone: --horizontal-pod-autoscaler-tolerance. */
const tolerance = 0.1

/** What is known of one pod when the autoscaler looks; undefined = nothing was measured yet. */
export interface Seen {
  readonly isReady: boolean
  readonly cores: number | undefined
  readonly connections: number | undefined
}

/**
 * The HorizontalPodAutoscaler (autoscaling/v2) as Kubernetes documents it: the larger of what its two figures ask for, what was
 * asked for within its windows, and no faster than its policies allow. Seconds are a clock of the caller's.
 */
export class Autoscaler {
  readonly #rule: TierRule
  #asked: { readonly atS: number; readonly pods: number }[] = []
  #changes: { readonly atS: number; readonly by: number }[] = []

  constructor(rule: TierRule) {
    this.#rule = rule
  }

  /** How many pods there are to be. */
  decide(nowS: number, pods: readonly Seen[]): number {
    const { least, most, cpuRequest, cpuTarget, connectionTarget, up, down } = this.#rule
    const current = pods.length
    const wanted = Math.min(
      most,
      Math.max(
        least,
        // Pods that are not ready count for the processor as if they did nothing; any figure of connections counts.
        replicas(
          pods.map(({ isReady, cores }) => (isReady ? cores : undefined)),
          cpuRequest * cpuTarget,
          cpuRequest,
        ),
        replicas(
          pods.map(({ connections }) => connections),
          connectionTarget,
          connectionTarget,
        ),
      ),
    )
    this.#asked.push({ atS: nowS, pods: wanted })
    const longest = Math.max(up.stabilizationS, down.stabilizationS)
    this.#asked = this.#asked.filter(({ atS }) => nowS - atS <= longest)
    const within = (windowS: number): number[] =>
      this.#asked.filter(({ atS }) => nowS - atS <= windowS).map((one) => one.pods)
    const upTo = Math.min(...within(up.stabilizationS))
    const downTo = Math.max(...within(down.stabilizationS))
    const stable = Math.max(Math.min(current, downTo), upTo)
    const next = Math.max(
      Math.min(stable, this.#mostAllowed(nowS, current, up)),
      Math.min(current, Math.max(least, this.#leastAllowed(nowS, current, down))),
    )
    const decided = stable > current ? Math.min(next, stable) : Math.max(next, stable)
    if (decided !== current) this.#changes.push({ atS: nowS, by: decided - current })
    return decided
  }

  #mostAllowed(nowS: number, current: number, { policies }: Behavior): number {
    return Math.max(
      ...policies.map(({ type, value, periodS }) => {
        const then = current - this.#changed(nowS, periodS, 1)
        return type === 'Pods' ? then + value : Math.ceil(then * (1 + value / 100))
      }),
    )
  }

  #leastAllowed(nowS: number, current: number, { policies }: Behavior): number {
    return Math.min(
      ...policies.map(({ type, value, periodS }) => {
        const then = current - this.#changed(nowS, periodS, -1)
        return type === 'Pods' ? then - value : Math.trunc(then * (1 - value / 100))
      }),
    )
  }

  /** Pods added (sign 1) or taken away (-1) within that time. */
  #changed(nowS: number, periodS: number, sign: 1 | -1): number {
    return this.#changes
      .filter(({ atS, by }) => nowS - atS < periodS && Math.sign(by) === sign)
      .reduce((sum, { by }) => sum + by, 0)
  }
}

/**
 * How many pods one figure asks for: as many as would bring its mean to the target. Those of which it is not known are taken
 * for idle before pods are added, and for as busy as `assumed` before any are taken away.
 */
function replicas(
  figures: readonly (number | undefined)[],
  target: number,
  assumed: number,
): number {
  const known = figures.filter((figure) => figure !== undefined)
  const current = figures.length
  if (known.length === 0) return current
  const ratioOf = (all: readonly number[]): number =>
    all.reduce((sum, figure) => sum + figure, 0) / all.length / target
  const first = ratioOf(known)
  if (known.length === current)
    return Math.abs(first - 1) <= tolerance ? current : Math.ceil(first * current)
  const filled = figures.map((figure) => figure ?? (first > 1 ? 0 : assumed))
  const ratio = ratioOf(filled)
  if (Math.abs(ratio - 1) <= tolerance || first > 1 !== ratio > 1) return current
  const wanted = Math.ceil(ratio * current)
  return first > 1 ? Math.max(current, wanted) : Math.min(current, wanted)
}
