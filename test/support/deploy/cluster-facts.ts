import { z } from 'zod'
import { parseConfig } from '../../../src/server/config.ts'
import type { Manifest } from './manifests.ts'
import { readSelector, selects, type Workload } from './workloads.ts'

/** What is around the pods of a cluster: settings, policies, autoscalers. */

export const behaviorSchema = z.looseObject({ scaleUp: z.unknown(), scaleDown: z.unknown() })

const autoscalerSchema = z.object({
  scaleTargetRef: z.object({ kind: z.literal('Deployment'), name: z.string() }),
  minReplicas: z.number(),
  maxReplicas: z.number(),
  behavior: behaviorSchema,
  metrics: z.array(
    z.union([
      z.object({
        type: z.literal('Resource'),
        resource: z.object({
          name: z.literal('cpu'),
          target: z.object({ averageUtilization: z.number() }),
        }),
      }),
      z.object({
        type: z.literal('Pods'),
        pods: z.object({
          metric: z.object({ name: z.string() }),
          target: z.object({ averageValue: z.string() }),
        }),
      }),
    ]),
  ),
})

export function of(manifests: readonly Manifest[], kind: string): readonly Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind)
}

export function settingsOf(manifests: readonly Manifest[]): Readonly<Record<string, string>> {
  const found = of(manifests, 'ConfigMap').find(({ metadata }) =>
    /^ccr-settings/.test(metadata.name),
  )
  return z.object({ data: z.record(z.string(), z.string()) }).parse(found).data
}

/** What a node makes of its settings, with addresses of engines in place of the files that Secrets would be. */
export function configOf(
  node: Workload,
  settings: Readonly<Record<string, string>>,
): Extract<ReturnType<typeof parseConfig>, { ok: true }>['config'] {
  const own = Object.fromEntries(node.container.env.map(({ name, value }) => [name, value]))
  const parsed = parseConfig({
    ...{ ...settings, ...own },
    ...{ CCR_REDIS_URL: 'redis://ccr-redis:6379', CCR_DATABASE_URL: 'postgres://ccr-postgres/ccr' },
  })
  if (!parsed.ok) throw new Error(`${node.name}: ${parsed.problems.join('; ')}`)
  return parsed.config
}

export function isEmpty(selector: ReturnType<typeof readSelector>): boolean {
  return Object.keys(selector.matchLabels).length + selector.matchExpressions.length === 0
}

export function policiesOf(manifests: readonly Manifest[]): readonly {
  readonly name: string
  readonly selector: ReturnType<typeof readSelector>
  readonly types: readonly string[]
  readonly rules: number
  readonly portsOut: readonly number[]
}[] {
  const ports = z.array(
    z.looseObject({ ports: z.array(z.looseObject({ port: z.union([z.number(), z.string()]) })) }),
  )
  return of(manifests, 'NetworkPolicy').map(({ metadata, spec }) => {
    const said = z
      .looseObject({
        podSelector: z.unknown(),
        policyTypes: z.array(z.string()),
        ingress: z.array(z.unknown()).default([]),
        egress: ports.default([]),
      })
      .parse(spec)
    return {
      name: metadata.name,
      selector: readSelector(said.podSelector),
      types: said.policyTypes,
      rules: said.ingress.length + said.egress.length,
      portsOut: said.egress.flatMap((rule) => rule.ports.map(({ port }) => Number(port))),
    }
  })
}

/** Ports at which pods of these labels may ask; NaN = one that is named. */
export function portsOut(
  manifests: readonly Manifest[],
  labels: Readonly<Record<string, string>>,
): readonly number[] {
  return policiesOf(manifests)
    .filter(({ selector }) => selects(selector, labels))
    .flatMap((policy) => policy.portsOut)
}

export function autoscalersOf(manifests: readonly Manifest[]): readonly {
  readonly target: string
  readonly least: number
  readonly most: number
  readonly behavior: unknown
  readonly figures: readonly string[]
  readonly targets: readonly number[]
}[] {
  return of(manifests, 'HorizontalPodAutoscaler').map(({ spec }) => {
    const said = autoscalerSchema.parse(spec)
    return {
      target: said.scaleTargetRef.name,
      ...{ least: said.minReplicas, most: said.maxReplicas, behavior: said.behavior },
      figures: said.metrics.flatMap((metric) =>
        metric.type === 'Pods' ? [metric.pods.metric.name] : [],
      ),
      targets: said.metrics.map((metric) =>
        metric.type === 'Pods'
          ? Number(metric.pods.target.averageValue)
          : metric.resource.target.averageUtilization,
      ),
    }
  })
}
