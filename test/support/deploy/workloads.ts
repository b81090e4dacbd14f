import { z } from 'zod'
import type { Manifest } from './manifests.ts'

/** What runs in a cluster, read out of its manifests: pods with their labels, and what selects them. */

const labelsSchema = z.record(z.string(), z.string())

const httpProbe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) })
const probeSchema = z.union([
  httpProbe,
  z.object({ exec: z.object({ command: z.array(z.string()) }) }),
  z.object({ tcpSocket: z.object({ port: z.string() }) }),
])

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).default([]),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  envFrom: z
    .array(
      z.union([
        z.object({ configMapRef: z.object({ name: z.string() }) }),
        z.object({ secretRef: z.object({ name: z.string(), optional: z.boolean().optional() }) }),
      ]),
    )
    .default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  resources: z.strictObject({
    requests: z.strictObject({ cpu: z.string(), memory: z.string() }),
    limits: z.strictObject({ cpu: z.string(), memory: z.string() }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  startupProbe: probeSchema.optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  lifecycle: z
    .object({ preStop: z.object({ exec: z.object({ command: z.array(z.string()) }) }) })
    .optional(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
})

const podSchema = z.looseObject({
  enableServiceLinks: z.literal(false),
  automountServiceAccountToken: z.literal(false),
  hostNetwork: z.undefined().optional(),
  hostPID: z.undefined().optional(),
  terminationGracePeriodSeconds: z.number().default(30),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.number().min(100),
    runAsGroup: z.number().min(100),
    fsGroup: z.number().min(100),
    fsGroupChangePolicy: z.literal('OnRootMismatch'),
    seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
  }),
  topologySpreadConstraints: z
    .array(
      z.looseObject({
        topologyKey: z.string(),
        labelSelector: z.object({ matchLabels: labelsSchema }),
      }),
    )
    .default([]),
  containers: z.tuple([containerSchema]),
  initContainers: z.undefined().optional(),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
})

const templateSchema = z.object({
  metadata: z.object({ labels: labelsSchema }),
  spec: podSchema,
})

export interface Workload {
  readonly kind: string
  readonly name: string
  readonly replicas: number | undefined
  /** What its controller takes for its own; null = a job, which labels its pods itself. */
  readonly selector: Selector | null
  readonly labels: Readonly<Record<string, string>>
  readonly pod: z.infer<typeof podSchema>
  readonly container: z.infer<typeof containerSchema>
}

const selectorSchema = z.strictObject({
  matchLabels: labelsSchema.default({}),
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.literal('In'), values: z.array(z.string()) }))
    .default([]),
})
export type Selector = z.infer<typeof selectorSchema>

export function readSelector(said: unknown): Selector {
  return selectorSchema.parse(said)
}

export function selects(selector: Selector, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(selector.matchLabels).every(([name, value]) => labels[name] === value) &&
    selector.matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  )
}

/** Everything that runs; whatever breaks a rule for every pod (rights, limits) is thrown with its name. */
export function workloadsOf(manifests: readonly Manifest[]): readonly Workload[] {
  return manifests
    .filter(({ kind }) => /^(?:Deployment|StatefulSet|DaemonSet|Job|CronJob)$/.test(kind))
    .map(({ kind, metadata, spec }) => {
      const { template, selector, replicas } = z
        .looseObject({
          selector: z.unknown().optional(),
          replicas: z.number().optional(),
          template: z.unknown(),
        })
        .parse(kind === 'CronJob' ? jobOf(spec) : spec)
      const parsed = templateSchema.safeParse(template)
      if (!parsed.success)
        throw new Error(`${kind} ${metadata.name}: ${z.prettifyError(parsed.error)}`)
      const pod = parsed.data.spec
      return {
        ...{ kind, name: metadata.name, replicas, pod, container: pod.containers[0] },
        labels: parsed.data.metadata.labels,
        selector: selector === undefined ? null : readSelector(selector),
      }
    })
}

function jobOf(spec: unknown): unknown {
  return z.object({ jobTemplate: z.object({ spec: z.unknown() }) }).parse(spec).jobTemplate.spec
}
