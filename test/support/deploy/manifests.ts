import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1'
import { spawnSync } from 'node:child_process'
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1'
import { Deployment, StatefulSet } from 'kubernetes-models/apps/v1'
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2'
import { CronJob, Job } from 'kubernetes-models/batch/v1'
import { Ingress, NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1'
import { ConfigMap, Namespace, PersistentVolumeClaim, Secret, Service } from 'kubernetes-models/v1'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

/** Renders overlays as an administrator would, and holds what comes out against the schemas of Kubernetes. */

const [, major = '0'] =
  /Kustomize Version: v(\d+)/.exec(
    spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' }).stdout,
  ) ?? []
/** Why nothing can be rendered here; false = it can. */
export const noKubectl =
  Number(major) >= 5 ? false : 'no kubectl with Kustomize 5 (that of 1.27 and later)'

/** Every kind that there is in our manifests, by where its model is. */
export const kinds = {
  'v1/ConfigMap': ConfigMap,
  'v1/Namespace': Namespace,
  'v1/PersistentVolumeClaim': PersistentVolumeClaim,
  'v1/Secret': Secret,
  'v1/Service': Service,
  'apps/v1/Deployment': Deployment,
  'apps/v1/StatefulSet': StatefulSet,
  'autoscaling/v2/HorizontalPodAutoscaler': HorizontalPodAutoscaler,
  'batch/v1/CronJob': CronJob,
  'batch/v1/Job': Job,
  'networking.k8s.io/v1/Ingress': Ingress,
  'networking.k8s.io/v1/NetworkPolicy': NetworkPolicy,
  'policy/v1/PodDisruptionBudget': PodDisruptionBudget,
  'monitoring.coreos.com/v1/PrometheusRule': PrometheusRule,
  'monitoring.coreos.com/v1/ServiceMonitor': ServiceMonitor,
  'keda.sh/v1alpha1/ScaledObject': ScaledObject,
} as const

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
})

export type Manifest = z.infer<typeof manifestSchema>

/** What `kubectl kustomize` makes of a folder. */
export function render(folder: string): string {
  const made = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' })
  if (made.status !== 0 || made.stderr !== '')
    throw new Error(`kubectl kustomize ${folder}: ${made.stderr}`)
  return made.stdout
}

export function readManifests(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => manifestSchema.parse(document.toJS()))
}

/**
 * What is wrong with an object by the schema of its kind; null = nothing. Schemas of Kubernetes let unknown keys pass:
 * those are found by the types (test/packages/manifests.packages.ts).
 */
export function problemOf(manifest: Manifest): string | null {
  const Model = Object.entries(kinds).find(
    ([name]) => name === `${manifest.apiVersion}/${manifest.kind}`,
  )?.[1] as (new (data: object) => { validate(): void }) | undefined
  if (Model === undefined) return `there is no schema of ${manifest.apiVersion} ${manifest.kind}`
  try {
    new Model(manifest).validate()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
