import { pushKey } from '../../data/destinations.ts'

export interface Subscribed {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** Whether messages could come to this browser, or why not. */
export function pushPower(): 'possible' | 'missing' | 'refused' {
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window))
    return 'missing'
  return Notification.permission === 'denied' ? 'refused' : 'possible'
}

/** Asks for permission and subscribes; throws what the browser says, null when it is refused. */
export async function subscribe(): Promise<Subscribed | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null
  const registration = await navigator.serviceWorker.register('/sw.js')
  await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: await pushKey(),
  })
  const { endpoint, keys } = subscription.toJSON()
  const { p256dh, auth } = keys ?? {}
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new TypeError('the browser gave no keys')
  return { endpoint, keys: { p256dh, auth } }
}
