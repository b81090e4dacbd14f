import { z } from 'zod'
import type { CaptionFormat } from '../../../captions/detect.ts'
import { fetchBytes, readHttp } from '../http.ts'
import { LostSource, reconnecting } from '../reconnecting.ts'
import { SourceError, streamSource, type Source } from '../source.ts'
import { discover } from './discover.ts'

/** As long as a device on the same network takes to answer. */
const discoveryMs = 2000
/** Thousands of channels. */
const lineUpBytes = 4 * 1024 * 1024
/** Channels that are named when the one that was asked for is not among them. */
const mostNamed = 12

const lineUpSchema = z.array(
  z.object({ GuideNumber: z.string(), GuideName: z.string().default(''), URL: z.url() }),
)
type Channel = z.infer<typeof lineUpSchema>[number]

/**
 * `hdhomerun://DEVICE/CHANNEL`: the device's address, name or number (eight hexadecimal digits, found on the network), and
 * the channel's number (5.1) or name in its line-up.
 */
export function openHdHomeRun(url: URL, format: CaptionFormat | undefined): Source {
  const channel = decodeURIComponent(url.pathname.slice(1))
  if (url.host === '' || channel === '')
    throw new SourceError(
      'hdhomerun: expected hdhomerun://DEVICE/CHANNEL, such as hdhomerun://192.168.1.20/5.1',
    )
  return streamSource(
    `hdhomerun://${url.host}/${channel}`,
    format ?? 'ts',
    reconnecting((signal) => read(url.host, channel, signal)),
  )
}

async function* read(
  device: string,
  wanted: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const channel = pick(await lineUp(await baseUrlOf(device, signal), signal), wanted)
  yield* readHttp(new URL(channel.URL), signal, refusal)
}

async function baseUrlOf(device: string, signal: AbortSignal): Promise<string> {
  if (!/^[0-9a-f]{8}$/i.test(device)) return `http://${device}`
  const found = await discover(discoveryMs, signal)
  const tuner = found.find(({ id }) => id === device.toUpperCase())
  if (tuner !== undefined) return tuner.baseUrl
  const others = found.map(({ id, baseUrl }) => `${id} at ${new URL(baseUrl).host}`)
  throw new LostSource(
    others.length === 0
      ? 'no HDHomeRun answers on this network; give its address instead of its number'
      : `${device} does not answer on this network; there is ${others.join(', ')}`,
  )
}

async function lineUp(baseUrl: string, signal: AbortSignal): Promise<readonly Channel[]> {
  const { bytes } = await fetchBytes(new URL('/lineup.json', baseUrl), {
    most: lineUpBytes,
    signal,
  })
  const parsed = lineUpSchema.safeParse(parseJson(bytes))
  if (!parsed.success) throw new LostSource('what answers there has no line-up of an HDHomeRun')
  return parsed.data
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    // Like any other text that is no line-up.
    return undefined
  }
}

function pick(channels: readonly Channel[], wanted: string): Channel {
  const found =
    channels.find(({ GuideNumber }) => GuideNumber === wanted) ??
    channels.find(({ GuideName }) => GuideName.toLowerCase() === wanted.toLowerCase())
  if (found !== undefined) return found
  if (channels.length === 0)
    throw new LostSource('the device’s line-up is empty; have it scan for channels')
  const named = channels
    .slice(0, mostNamed)
    .map(({ GuideNumber, GuideName }) => `${GuideNumber} ${GuideName}`.trim())
  const more = channels.length > mostNamed ? ` and ${channels.length - mostNamed} more` : ''
  throw new LostSource(`there is no channel ${wanted} in the line-up: ${named.join(', ')}${more}`)
}

/** What the device says of it, by the numbers of its X-HDHomeRun-Error. */
const refusals: Readonly<Record<string, string>> = {
  801: 'the tuner does not know that channel',
  804: 'that tuner is in use',
  805: 'all tuners are in use',
  806: 'no signal: the tuner could not tune in',
  807: 'no signal: no video comes in',
  811: 'the channel is protected and cannot be read',
}

function refusal(answer: Response): string | undefined {
  const said = answer.headers.get('x-hdhomerun-error')
  const number = /^\d+/.exec(said ?? '')?.[0] ?? ''
  if (said !== null) return refusals[number] ?? `the tuner says: ${said}`
  return answer.status === 503 ? 'all tuners are in use' : undefined
}
