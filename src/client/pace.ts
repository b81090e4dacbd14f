import { sleep } from './uploader.ts'

export const paces = ['realtime', 'fast'] as const
export type Pace = (typeof paces)[number]

/** Waits shorter than this are not worth a timer. */
const shortestWaitMs = 4

/** Holds a recorded group back until its moment on the wall clock. */
export async function waitUntil(atMs: number, signal: AbortSignal): Promise<void> {
  const wait = atMs - Date.now()
  if (wait > shortestWaitMs) await sleep(wait, signal)
}
