import type { Problem } from '../../protocol/api.ts'
import type { Delivery, DeliveryState, OwnDestination, StopView } from '../../protocol/deliveries.ts'
import { ApiError, get } from './api.ts'

/** Where a person's notifications go and what became of them: `/me/destinations`, `/me/deliveries`. */

interface Items<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export async function listDestinations(signal: AbortSignal): Promise<readonly OwnDestination[]> {
  return (await get<Items<OwnDestination>>('/me/destinations', signal)).items
}

export async function listStops(signal: AbortSignal): Promise<readonly StopView[]> {
  return (await get<Items<StopView>>('/me/stops', signal)).items
}

export function listDeliveries(
  state: DeliveryState | null,
  next: string | null,
  signal: AbortSignal,
): Promise<Items<Delivery>> {
  const first = `/me/deliveries${state === null ? '' : `?state=${state}`}`
  return get<Items<Delivery>>(next ?? first, signal)
}

export interface Added {
  readonly destination: OwnDestination
  readonly secret: string | null
}

export async function addDestination(fields: object): Promise<Added> {
  return (await change('POST', '/me/destinations', fields)) as Added
}

export async function switchDestination(id: string, state: 'active' | 'disabled'): Promise<void> {
  await change('PATCH', `/me/destinations/${id}`, { state })
}

export async function removeDestination(id: string): Promise<void> {
  await change('DELETE', `/me/destinations/${id}`)
}

export async function testDestination(id: string): Promise<void> {
  await change('POST', `/me/destinations/${id}/test`)
}

export async function askForConfirmation(id: string): Promise<void> {
  await change('POST', `/me/destinations/${id}/confirmation`)
}

export async function rotateSecret(id: string): Promise<string> {
  return ((await change('POST', `/me/destinations/${id}/secret`)) as { secret: string }).secret
}

export async function resumeAlert(destination: string, alert: string): Promise<void> {
  await change('DELETE', `/me/destinations/${destination}/stops/${alert}`)
}

export async function replayDelivery(id: number): Promise<void> {
  await change('POST', `/me/deliveries/${id}/replay`)
}

export async function pushKey(): Promise<string> {
  return (await get<{ key: string }>('/push-key')).key
}

/** What the server says of a refusal is what its reader is told. */
async function change(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`/api/v1${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  })
  if (answer.ok) return answer.status === 204 ? null : ((await answer.json()) as unknown)
  const problem = (await answer.json().catch(() => null)) as Problem | null
  throw new ApiError(answer.status, problem?.detail ?? problem?.title ?? answer.statusText)
}
