import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

/** What the manifests say of a tier: its autoscaler's rule, and how its pods come and go. */
export interface TierRule {
  readonly least: number
  readonly most: number
  /** Share of the request at which the processor is to be. */
  readonly cpuTarget: number
  readonly cpuRequest: number
  /** Connections of a node on average. */
  readonly connectionTarget: number
  readonly up: Behavior
  readonly down: Behavior
  readonly startupPeriodS: number
  readonly readinessPeriodS: number
  readonly preStopS: number
}

export interface Behavior {
  readonly stabilizationS: number
  readonly policies: readonly {
    readonly type: 'Pods' | 'Percent'
    readonly value: number
    readonly periodS: number
  }[]
}

const behaviorSchema = z
  .object({
    stabilizationWindowSeconds: z.number(),
    // The other one there is, Min, is nowhere in our manifests.
    selectPolicy: z.literal('Max'),
    policies: z
      .array(
        z.object({
          type: z.enum(['Pods', 'Percent']),
          value: z.number(),
          periodSeconds: z.number(),
        }),
      )
      .nonempty(),
  })
  .transform((said): Behavior => ({
    stabilizationS: said.stabilizationWindowSeconds,
    policies: said.policies.map(({ type, value, periodSeconds }) => ({
      ...{ type, value, periodS: periodSeconds },
    })),
  }))

const autoscalerSchema = z.object({
  spec: z.object({
    minReplicas: z.number(),
    maxReplicas: z.number(),
    metrics: z.tuple([
      z.object({
        resource: z.object({
          name: z.literal('cpu'),
          target: z.object({ averageUtilization: z.number() }),
        }),
      }),
      z.object({
        pods: z.object({
          metric: z.object({ name: z.literal('ccr_viewers') }),
          target: z.object({ averageValue: z.string() }),
        }),
      }),
    ]),
    behavior: z.object({ scaleUp: behaviorSchema, scaleDown: behaviorSchema }),
  }),
})

const probeSchema = z.object({ periodSeconds: z.number() })
const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.tuple([
          z.object({
            resources: z.object({ requests: z.object({ cpu: z.string() }) }),
            startupProbe: probeSchema,
            readinessProbe: probeSchema,
            lifecycle: z.object({
              preStop: z.object({
                exec: z.object({ command: z.tuple([z.literal('sleep'), z.string()]) }),
              }),
            }),
          }),
        ]),
      }),
    }),
  }),
})

/** The rule of one tier, out of rendered manifests; throws when they say it otherwise than this reads it. */
export function readTierRule(manifests: string, name: string): TierRule {
  const objects = parseAllDocuments(manifests).map((document) => document.toJS() as unknown)
  const one = (kind: string): unknown =>
    objects.find(
      (object) =>
        z
          .object({ kind: z.literal(kind), metadata: z.object({ name: z.literal(name) }) })
          .safeParse(object).success,
    )
  const { spec } = autoscalerSchema.parse(one('HorizontalPodAutoscaler'))
  const [container] = deploymentSchema.parse(one('Deployment')).spec.template.spec.containers
  const [cpu, connections] = spec.metrics
  return {
    ...{ least: spec.minReplicas, most: spec.maxReplicas },
    cpuTarget: cpu.resource.target.averageUtilization / 100,
    cpuRequest: coresOf(container.resources.requests.cpu),
    connectionTarget: Number(connections.pods.target.averageValue),
    ...{ up: spec.behavior.scaleUp, down: spec.behavior.scaleDown },
    startupPeriodS: container.startupProbe.periodSeconds,
    readinessPeriodS: container.readinessProbe.periodSeconds,
    preStopS: Number(container.lifecycle.preStop.exec.command[1]),
  }
}

function coresOf(quantity: string): number {
  return quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity)
}
