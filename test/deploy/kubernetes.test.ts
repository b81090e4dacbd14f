import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { parseConfig, settingNames } from '../../src/server/config.ts'
import { readStages } from '../support/deploy/dockerfile.ts'
import { assertGolden, golden } from '../support/deploy/golden.ts'
import {
  noKubectl,
  problemOf,
  readManifests,
  render,
  type Manifest,
} from '../support/deploy/manifests.ts'

/**
 * The manifests: rendered, as the golden files have them (UPDATE_GOLDEN=yes writes those), by the schemas of Kubernetes, and
 * by rules of our own. The rules are held by the golden files, so that they need no kubectl.
 */

const overlays = ['one-node', 'one-node-monitored']
const manifests = readManifests(readFileSync(golden('one-node-monitored'), 'utf8'))

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ cpu: z.string(), memory: z.string() }),
  }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
})

const podSchema = z.looseObject({
  enableServiceLinks: z.literal(false),
  automountServiceAccountToken: z.literal(false),
  hostNetwork: z.undefined().optional(),
  securityContext: z.strictObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.number(),
    runAsGroup: z.number(),
    fsGroup: z.number(),
    fsGroupChangePolicy: z.literal('OnRootMismatch'),
    seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
  }),
  containers: z.tuple([containerSchema]),
})

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) })
const serverSchema = z.object({
  spec: z.looseObject({
    replicas: z.literal(1),
    serviceName: z.string(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: podSchema.extend({
        terminationGracePeriodSeconds: z.number(),
        containers: z.tuple([
          containerSchema.extend({
            startupProbe: probe,
            livenessProbe: probe,
            readinessProbe: probe,
            ports: z.tuple([z.object({ name: z.literal('http'), containerPort: z.number() })]),
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

const server = serverSchema.parse(only('StatefulSet')).spec
const pod = server.template.spec
const job = z
  .object({
    spec: z.looseObject({
      concurrencyPolicy: z.literal('Forbid'),
      jobTemplate: z.object({
        spec: z.looseObject({
          template: z.looseObject({
            spec: podSchema.extend({
              affinity: z.object({
                podAffinity: z.object({
                  requiredDuringSchedulingIgnoredDuringExecution: z.tuple([
                    z.object({
                      topologyKey: z.literal('kubernetes.io/hostname'),
                      labelSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
                    }),
                  ]),
                }),
              }),
              volumes: z.array(z.looseObject({ name: z.string() })),
            }),
          }),
        }),
      }),
    }),
  })
  .parse(only('CronJob')).spec.jobTemplate.spec.template.spec
const restoring = readManifests(
  readFileSync('deploy/kubernetes/overlays/one-node/restore.yaml', 'utf8'),
)
const restore = z
  .tuple([z.object({ spec: z.object({ template: z.object({ spec: podSchema }) }) })])
  .parse(restoring)[0].spec.template.spec
const settings = z
  .object({ data: z.record(z.string(), z.string()) })
  .parse(
    manifests.find(
      ({ kind, metadata }) => kind === 'ConfigMap' && /^ccr-settings/.test(metadata.name),
    ),
  )

describe('deploy/kubernetes', () => {
  for (const overlay of overlays)
    it(`renders ${overlay} as test/deploy/golden has it`, { skip: noKubectl }, () => {
      assertGolden(overlay, render(`deploy/kubernetes/overlays/${overlay}`))
    })

  it('is what the schemas of Kubernetes take, which find what is wrong', () => {
    for (const overlay of overlays)
      for (const manifest of readManifests(readFileSync(golden(overlay), 'utf8')))
        assert.equal(problemOf(manifest), null, `${manifest.kind} ${manifest.metadata.name}`)
    for (const manifest of restoring) assert.equal(problemOf(manifest), null)
    assert.match(
      String(problemOf({ ...only('StatefulSet'), spec: { replicas: 'one' } })),
      /replicas/,
    )
  })

  it('has one replica, and nothing that pretends to be more', () => {
    assert.equal(server.replicas, 1)
    assert.deepEqual(
      manifests.filter(({ kind }) => /Deployment|Autoscaler/.test(kind)),
      [],
    )
  })

  it('runs the image as it is meant to run', () => {
    const image = readStages(readFileSync('Dockerfile', 'utf8')).at(-1)
    for (const { securityContext, containers } of [pod, job, restore]) {
      assert.equal(`${securityContext.runAsUser}:${securityContext.runAsGroup}`, image?.user)
      assert.equal(securityContext.fsGroup, securityContext.runAsGroup)
      assert.deepEqual(
        containers[0].volumeMounts.map(({ mountPath }) => mountPath).sort(),
        containers[0].name === 'ccr' ? ['/data', '/tmp'] : ['/backups', '/data', '/tmp'],
      )
    }
    assert.deepEqual([String(pod.containers[0].ports[0].containerPort)], image?.ports)
    for (const other of [job, restore])
      assert.equal(other.containers[0].image, pod.containers[0].image)
    assert.doesNotMatch(pod.containers[0].image, /:latest$/)
  })

  it('sets what the server knows and takes, and gives it longer to stop than it drains', () => {
    for (const name of Object.keys(settings.data)) assert.ok(settingNames.includes(name), name)
    const parsed = parseConfig(settings.data)
    assert.ok(parsed.ok)
    assert.match(parsed.config.dataDir, /^\/data\/\w+$/)
    const preStopMs = 1000 * Number(pod.containers[0].lifecycle.preStop.exec.command[1])
    const graceMs = 1000 * pod.terminationGracePeriodSeconds
    assert.ok(graceMs >= preStopMs + 2 * parsed.config.drainMs + 20_000, `${graceMs}`)
  })

  it('is asked for its life apart from its readiness: a full disk is no reason to start again', () => {
    const { startupProbe, livenessProbe, readinessProbe } = pod.containers[0]
    const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)
    assert.deepEqual(paths, ['/healthz', '/healthz', '/readyz'])
  })

  it('is found by its Service, Ingress, policies and backup', () => {
    const { labels } = server.template.metadata
    const selects = (selector: unknown): boolean =>
      Object.entries(z.record(z.string(), z.string()).parse(selector)).every(
        ([name, value]) => labels[name] === value,
      )
    const { selector } = z.object({ selector: z.unknown() }).parse(only('Service')['spec'])
    assert.ok(selects(selector))
    assert.equal(server.serviceName, only('Service').metadata.name)
    const near = job.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]
    assert.ok(selects(near.labelSelector.matchLabels))
    const claimed = JSON.stringify(job.volumes)
    assert.match(claimed, /"claimName":"data-ccr-0"/)
    const { rules, tls } = z
      .object({
        rules: z.tuple([z.looseObject({ host: z.string() })]),
        tls: z.tuple([z.object({ hosts: z.tuple([z.string()]), secretName: z.string() })]),
      })
      .parse(only('Ingress')['spec'])
    const host = new URL(settings.data['CCR_PUBLIC_URL'] ?? '').host
    assert.deepEqual([rules[0].host, ...tls[0].hosts], [host, host])
    const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy')
    assert.equal(policies.length, 2)
  })

  it('may be moved from a node: a budget that one replica can keep', () => {
    const budget = z
      .object({ maxUnavailable: z.literal(1), minAvailable: z.undefined().optional() })
      .safeParse(only('PodDisruptionBudget')['spec'])
    assert.ok(budget.success)
  })

  it('holds back no long request at nginx', () => {
    const said = (only('Ingress').metadata['annotations'] ?? {}) as Record<string, string>
    const of = (name: string): string | undefined => said[`nginx.ingress.kubernetes.io/${name}`]
    assert.deepEqual(
      [of('proxy-request-buffering'), of('proxy-buffering'), of('proxy-body-size')],
      ['off', 'off', '0'],
    )
    for (const name of ['proxy-read-timeout', 'proxy-send-timeout'])
      assert.ok(Number(of(name)) > 60, name)
  })

  it('commits no secret', () => {
    for (const manifest of manifests.filter(({ kind }) => kind === 'Secret'))
      assert.equal(manifest['data'], undefined)
  })
})

/** The one object of a kind. */
function only(kind: string): Manifest {
  const found = manifests.filter((manifest) => manifest.kind === kind)
  const [first] = found
  if (first === undefined || found.length > 1) throw new Error(`${found.length} of ${kind}`)
  return first
}
