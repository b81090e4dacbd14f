import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { roles, secretSettings, settingNames } from '../../src/server/config.ts'
import {
  autoscalersOf,
  behaviorSchema,
  configOf,
  isEmpty,
  of,
  policiesOf,
  portsOut,
  settingsOf,
} from '../support/deploy/cluster-facts.ts'
import { readStages } from '../support/deploy/dockerfile.ts'
import { assertGolden, golden, variants } from '../support/deploy/golden.ts'
import {
  noKubectl,
  problemOf,
  readManifests,
  render,
  type Manifest,
} from '../support/deploy/manifests.ts'
import { readSelector, selects, workloadsOf, type Workload } from '../support/deploy/workloads.ts'

/**
 * The manifests of several nodes, held as those of one are (kubernetes.test.ts): rendered as the golden files have them, by the
 * schemas of Kubernetes, and by rules of our own. Only the first needs kubectl.
 */

const overlays = ['small-cluster', 'large-cluster'] as const
const cluster = Object.fromEntries(
  overlays.map((overlay) => {
    const manifests = readManifests(readFileSync(golden(overlay), 'utf8'))
    return [overlay, { manifests, workloads: workloadsOf(manifests) }]
  }),
) as Record<
  (typeof overlays)[number],
  { manifests: readonly Manifest[]; workloads: readonly Workload[] }
>
const image = readStages(readFileSync('Dockerfile', 'utf8')).at(-1)

describe('deploy/kubernetes, several nodes', () => {
  for (const overlay of overlays)
    it(`renders ${overlay} as test/deploy/golden has it`, { skip: noKubectl }, () => {
      assertGolden(overlay, render(`deploy/kubernetes/overlays/${overlay}`))
    })

  it('is what the schemas of Kubernetes take', () => {
    const files = [...overlays, ...variants.map((variant) => `large-cluster-${variant}`)]
    for (const file of files)
      for (const manifest of readManifests(readFileSync(golden(file), 'utf8')))
        if (manifest.kind === 'BackendConfig') backendConfigSchema.parse(manifest)
        else assert.equal(problemOf(manifest), null, `${file}: ${manifest.kind}`)
  })

  for (const [overlay, { manifests, workloads }] of Object.entries(cluster)) {
    const nodes = workloads.filter(({ container }) => container.args[0] === 'serve')
    const settings = settingsOf(manifests)

    describe(overlay, () => {
      it('runs the image as it is meant to run, and keeps nothing in it', () => {
        assert.ok(nodes.length > 0)
        for (const { pod, container, name } of nodes) {
          const { runAsUser, runAsGroup } = pod.securityContext
          assert.equal(`${runAsUser}:${runAsGroup}`, image?.user, name)
          assert.deepEqual(
            container.ports.map(({ containerPort }) => String(containerPort)),
            [...(image?.ports ?? [])],
          )
          assert.doesNotMatch(container.image, /:latest$/)
          assert.match(container.image, /:\S+$/)
          assert.doesNotMatch(JSON.stringify(pod.volumes), /persistentVolumeClaim/)
        }
      })

      it('has every role at some node, and nodes that take their settings', () => {
        const found = nodes.flatMap((node) => [...configOf(node, settings).roles])
        assert.deepEqual([...new Set(found)].sort(), [...roles].sort())
        for (const node of nodes) {
          const names = [...Object.keys(settings), ...node.container.env.map(({ name }) => name)]
          const files = secretSettings.map((name) => `${name}_FILE`)
          for (const name of names)
            assert.ok(settingNames.includes(name) || files.some((file) => file === name), name)
        }
      })

      it('gives nodes longer to stop than they drain, and drains before it stops', () => {
        for (const node of nodes) {
          const [program, seconds] = node.container.lifecycle?.preStop.exec.command ?? []
          assert.equal(program, 'sleep')
          const { drainMs } = configOf(node, settings)
          const leastMs = 1000 * Number(seconds) + 2 * drainMs + 20_000
          assert.ok(1000 * node.pod.terminationGracePeriodSeconds >= leastMs, node.name)
        }
      })

      it('asks a node for its life apart from its engines', () => {
        for (const { container } of nodes) {
          const asked = [container.startupProbe, container.livenessProbe, container.readinessProbe]
          assert.deepEqual(
            asked.map((probe) => (probe && 'httpGet' in probe ? probe.httpGet.path : null)),
            ['/healthz', '/healthz', '/readyz'],
          )
        }
        for (const { container, kind, name } of workloads)
          if (kind === 'StatefulSet')
            assert.ok(
              container.startupProbe && container.livenessProbe && container.readinessProbe,
              name,
            )
      })

      it('covers every pod by policies that name it, under one that allows nobody anything', () => {
        const policies = policiesOf(manifests)
        const nobody = policies.find(({ selector }) => isEmpty(selector))
        assert.deepEqual([nobody?.types, nobody?.rules], [['Ingress', 'Egress'], 0])
        for (const { labels, name } of workloads)
          assert.ok(
            policies.some(({ selector }) => !isEmpty(selector) && selects(selector, labels)),
            name,
          )
        for (const { selector, name } of policies)
          assert.ok(
            isEmpty(selector) || workloads.some(({ labels }) => selects(selector, labels)),
            name,
          )
      })

      it('lets nobody out who has nobody to speak to', () => {
        const out = (component: string): readonly number[] =>
          portsOut(manifests, { 'app.kubernetes.io/component': component })
        for (const component of ['live', 'ingest'])
          assert.deepEqual(
            out(component).filter((port) => [25, 80, 443, 465, 587].includes(port)),
            [],
          )
        if (overlay === 'large-cluster') assert.ok(out('archive').includes(443))
        assert.ok(out(overlay === 'large-cluster' ? 'alerts' : 'all').includes(587))
      })

      it('has a budget for everything that stays, by selectors that find it', () => {
        const budgets = of(manifests, 'PodDisruptionBudget').map(({ spec }) =>
          z.looseObject({ selector: z.unknown(), maxUnavailable: z.literal(1) }).parse(spec),
        )
        for (const { kind, labels, name, selector } of workloads)
          if (kind === 'Deployment' || kind === 'StatefulSet') {
            const found = budgets.filter((budget) => selects(readSelector(budget.selector), labels))
            assert.equal(found.length, 1, name)
            assert.ok(selector !== null && selects(selector, labels), name)
            const others = workloads.filter((other) => other.name !== name)
            assert.ok(!others.some((other) => selects(selector, other.labels)), name)
          }
      })

      it('spreads nodes over zones and machines', () => {
        for (const { pod, labels, name } of nodes) {
          const keys = pod.topologySpreadConstraints.map(({ topologyKey }) => topologyKey)
          assert.deepEqual(keys, ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'], name)
          for (const { labelSelector } of pod.topologySpreadConstraints)
            assert.ok(selects(readSelector(labelSelector), labels), name)
        }
      })

      it('scales what is there by what there is, and says replicas once', () => {
        const scaled = autoscalersOf(manifests)
        for (const { target, least, most, figures } of scaled) {
          const found = workloads.find(({ name, kind }) => kind === 'Deployment' && name === target)
          assert.ok(found, target)
          assert.equal(found.replicas, undefined, `${target} has an autoscaler and replicas`)
          assert.ok(least >= 2 && most > least, target)
          assert.ok(figures.every((figure) => /^ccr_(?:viewers|feeds)$/.test(figure)))
        }
        for (const { name, kind, replicas } of workloads)
          if (kind === 'Deployment' && !scaled.some(({ target }) => target === name))
            assert.ok((replicas ?? 1) >= 2, name)
      })

      it('leads every request to pods that are there', () => {
        const services = of(manifests, 'Service')
        for (const { metadata, spec } of services) {
          const { selector, ports } = serviceSchema.parse(spec)
          const found = workloads.filter(({ labels }) =>
            selects({ matchLabels: selector, matchExpressions: [] }, labels),
          )
          assert.ok(found.length > 0, metadata.name)
          for (const { container } of found)
            assert.ok(
              container.ports.some(({ name }) => name === ports[0].targetPort),
              `${metadata.name} → ${container.name}`,
            )
        }
        const names = services.map(({ metadata }) => metadata.name)
        for (const { spec } of of(manifests, 'Ingress'))
          for (const [, name = ''] of JSON.stringify(spec).matchAll(
            /"service":\{"name":"([\w-]+)"/g,
          ))
            assert.ok(names.includes(name), name)
        const host = new URL(settings['CCR_PUBLIC_URL'] ?? '').host
        assert.ok(
          JSON.stringify(of(manifests, 'Ingress')[0]?.['spec']).includes(`"host":"${host}"`),
        )
      })

      it('is watched by a monitor that finds its nodes', () => {
        for (const { spec } of of(manifests, 'ServiceMonitor')) {
          const { selector } = z.looseObject({ selector: z.unknown() }).parse(spec)
          const labelled = z.record(z.string(), z.string())
          const found = of(manifests, 'Service').filter(({ metadata }) =>
            selects(readSelector(selector), labelled.parse(metadata['labels'])),
          )
          assert.deepEqual(
            found.map((service) => service.metadata.name),
            ['ccr-nodes'],
          )
          for (const service of found) {
            const matchLabels = serviceSchema.parse(service['spec']).selector
            for (const { labels } of nodes)
              assert.ok(selects(readSelector({ matchLabels }), labels))
          }
        }
      })

      it('commits no secret, and waits for those that it names', () => {
        assert.deepEqual(of(manifests, 'Secret'), [])
        const text = JSON.stringify(manifests)
        assert.match(text, /"secretName":"ccr-engines"/)
        assert.doesNotMatch(text, /rediss?:\/\/|postgres(?:ql)?:\/\//)
      })

      it('migrates by a job that speaks to the engines, and can be made again', () => {
        const job = workloads.find(({ name }) => name === 'ccr-migrate')
        assert.deepEqual(job?.container.args, ['migrate'])
        const [made] = of(manifests, 'Job')
        assert.ok(
          z.looseObject({ ttlSecondsAfterFinished: z.number() }).safeParse(made?.['spec']).success,
        )
        const ports = portsOut(manifests, job.labels)
        assert.ok(ports.includes(5432) || ports.includes(NaN), String(ports))
      })
    })
  }

  it('restores by a job with the rights and the network of the one that copies', () => {
    const file = 'deploy/kubernetes/overlays/small-cluster/restore.yaml'
    const manifests = readManifests(readFileSync(file, 'utf8'))
    for (const manifest of manifests) assert.equal(problemOf(manifest), null)
    const [restore] = workloadsOf(manifests)
    const backup = cluster['small-cluster'].workloads.find(({ name }) => name === 'ccr-backup')
    assert.deepEqual(restore?.pod.securityContext, backup?.pod.securityContext)
    assert.equal(restore?.container.image, backup?.container.image)
    assert.ok(portsOut(cluster['small-cluster'].manifests, restore?.labels ?? {}).length > 0)
  })

  it('is scaled by KEDA by the rules of its own autoscaler', () => {
    const [own] = autoscalersOf(cluster['large-cluster'].manifests).filter(
      ({ target }) => target === 'ccr-live',
    )
    const [keda] = readManifests(readFileSync(golden('large-cluster-keda'), 'utf8'))
    const said = scaledObjectSchema.parse(keda?.['spec'])
    assert.deepEqual(said.advanced.horizontalPodAutoscalerConfig.behavior, own?.behavior)
    assert.deepEqual([said.minReplicaCount, said.maxReplicaCount], [own?.least, own?.most])
    assert.equal(said.scaleTargetRef.name, 'ccr-live')
    const targets = said.triggers.map(({ metadata }) =>
      Number(metadata['value'] ?? metadata['threshold']),
    )
    assert.deepEqual(targets, own?.targets)
  })

  it('tells the adapter of the figures that autoscalers look at', () => {
    const values = readFileSync(
      'deploy/kubernetes/components/prometheus-adapter/values.yaml',
      'utf8',
    )
    for (const { manifests } of Object.values(cluster))
      for (const { figures } of autoscalersOf(manifests))
        for (const figure of figures) assert.ok(values.includes(figure), figure)
  })

  it('leaves long requests and live connections their time at every controller', () => {
    const said = (name: string): string => readFileSync(golden(name), 'utf8')
    const nginx = said('large-cluster')
    for (const name of ['proxy-read-timeout', 'proxy-send-timeout']) {
      const [, seconds] =
        new RegExp(`nginx.ingress.kubernetes.io/${name}: "(\\d+)"`).exec(nginx) ?? []
      assert.ok(Number(seconds) > 60, name)
      assert.match(nginx, new RegExp(`nginx.org/${name}: 300s`))
    }
    assert.match(said('large-cluster-ingress-alb'), /idle_timeout.timeout_seconds=300/)
    assert.match(said('large-cluster-ingress-gke'), /timeoutSec: 86400/)
    assert.match(said('large-cluster-ingress-azure'), /request-timeout: "3600"/)
    const traefik = 'deploy/kubernetes/components/ingress-traefik/kustomization.yaml'
    assert.match(readFileSync(traefik, 'utf8'), /respondingTimeouts.readTimeout=0s/)
  })
})

const serviceSchema = z.looseObject({
  selector: z.record(z.string(), z.string()),
  ports: z.tuple([z.looseObject({ targetPort: z.string() })]),
})

const scaledObjectSchema = z.looseObject({
  scaleTargetRef: z.looseObject({ name: z.string() }),
  minReplicaCount: z.number(),
  maxReplicaCount: z.number(),
  advanced: z.object({
    horizontalPodAutoscalerConfig: z.object({ behavior: behaviorSchema }),
  }),
  triggers: z.array(z.looseObject({ metadata: z.record(z.string(), z.string()) })),
})

/** Google's own kind, of which there is no schema of a reasonable size: the keys that its documents give, and no other. */
const backendConfigSchema = z.looseObject({
  apiVersion: z.literal('cloud.google.com/v1'),
  spec: z.strictObject({
    timeoutSec: z.number(),
    connectionDraining: z.strictObject({ drainingTimeoutSec: z.number() }),
    healthCheck: z.strictObject({
      type: z.literal('HTTP'),
      requestPath: z.literal('/readyz'),
      port: z.number(),
      checkIntervalSec: z.number(),
    }),
  }),
})
