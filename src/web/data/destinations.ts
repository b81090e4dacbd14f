import type { List } from '../../protocol/api.ts'
import type { Delivery, OwnDestination, StopView } from '../../protocol/deliveries.ts'
import type { DeliveryState } from '../../protocol/delivery-words.ts'
import { call } from './account.ts'
import { get } from './api.ts'

/** Where a person's notifications go and what became of them: `/me/destinations`, `/me/deliveries`. */

export async function listDestinations(signal: AbortSignal): Promise<readonly OwnDestination[]> {
  return (await get<List<OwnDestination>>('/me/destinations', signal)).items
}

export async function listStops(signal: AbortSignal): Promise<readonly StopView[]> {
  return (await get<List<StopView>>('/me/stops', signal)).items
}

export function listDeliveries(
  state: DeliveryState | null,
  next: string | null,
  signal: AbortSignal,
): Promise<List<Delivery>> {
  const first = `/me/deliveries${state === null ? '' : `?state=${state}`}`
  return get<List<Delivery>>(next ?? first, signal)
}

export interface Added {
  readonly destination: OwnDestination
  readonly secret: string | null
}

export async function addDestination(fields: object): Promise<Added> {
  return call<Added>('POST', '/me/destinations', fields)
}

export async function switchDestination(id: string, state: 'active' | 'disabled'): Promise<void> {
  await call('PATCH', `/me/destinations/${id}`, { state })
}

export async function removeDestination(id: string): Promise<void> {
  await call('DELETE', `/me/destinations/${id}`)
}

export async function testDestination(id: string): Promise<void> {
  await call('POST', `/me/destinations/${id}/test`)
}

export async function askForConfirmation(id: string): Promise<void> {
  await call('POST', `/me/destinations/${id}/confirmation`)
}

export async function rotateSecret(id: string): Promise<string> {
  return (await call<{ secret: string }>('POST', `/me/destinations/${id}/secret`)).secret
}

export async function resumeAlert(destination: string, alert: string): Promise<void> {
  await call('DELETE', `/me/destinations/${destination}/stops/${alert}`)
}

export async function replayDelivery(id: number): Promise<void> {
  await call('POST', `/me/deliveries/${id}/replay`)
}

export async function pushKey(): Promise<string> {
  return (await get<{ key: string }>('/push-key')).key
}
