import Hls from 'hls-parser'
import { LostSource } from '../reconnecting.ts'

/** HLS playlists (RFC 8216), as far as a reader of transport streams needs them. */

export interface Encryption {
  readonly keyUrl: URL
  /** 16 bytes. */
  readonly iv: Uint8Array
}

export interface HlsSegment {
  readonly number: number
  readonly url: URL
  /** Bytes of the address that are meant; null = all. */
  readonly range: { readonly offset: number; readonly length: number } | null
  /** Seconds. */
  readonly duration: number
  readonly encryption: Encryption | null
}

export type Playlist =
  /** The stream with the least to fetch: captions are the same in all. */
  | { readonly kind: 'master'; readonly url: URL }
  | {
      readonly kind: 'media'
      readonly segments: readonly HlsSegment[]
      /** Seconds, at most, of a segment. */
      readonly targetDuration: number
      /** Nothing will be added. */
      readonly isOver: boolean
    }

type Media = Hls.types.MediaPlaylist
type Segment = Media['segments'][number]

Hls.setOptions({ strictMode: true, silent: true })

/** `base`: where the playlist came from; throws LostSource with what is wrong with it. */
export function parsePlaylist(text: string, base: URL): Playlist {
  const parsed = parse(text)
  if (parsed.isMasterPlaylist) {
    const { variants } = parsed
    const least = variants
      .filter(({ isIFrameOnly }) => isIFrameOnly !== true)
      .sort((a, b) => a.bandwidth - b.bandwidth)[0]
    if (least === undefined) throw new LostSource('the playlist lists no stream')
    return { kind: 'master', url: at(least.uri, base) }
  }
  const { segments, targetDuration, endlist } = parsed
  return {
    kind: 'media',
    segments: segments.filter(({ gap }) => gap !== true).map((one) => segmentOf(one, base)),
    ...{ targetDuration, isOver: endlist },
  }
}

function parse(text: string): Hls.types.MasterPlaylist | Media {
  try {
    return Hls.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new LostSource(`what answers there is no HLS playlist: ${why}`, { cause: error })
  }
}

function segmentOf(segment: Segment, base: URL): HlsSegment {
  const { uri, duration, mediaSequenceNumber: number, byterange } = segment
  // Null where the types say that it is there.
  if ((segment.map as unknown) !== null)
    throw new LostSource('its segments are fragmented MP4; only transport streams can be read')
  const { offset = 0, length = 0 } = (byterange as Partial<typeof byterange> | undefined) ?? {}
  return {
    ...{ number, duration, url: at(uri, base), encryption: encryptionOf(segment, base) },
    range: length > 0 ? { offset, length } : null,
  }
}

function encryptionOf({ key, mediaSequenceNumber }: Segment, base: URL): Encryption | null {
  // Null where the types say undefined.
  if (!key || key.method === 'NONE') return null
  if (key.method !== 'AES-128' || key.uri === undefined)
    throw new LostSource(`it is encrypted by ${key.method}, which cannot be read`)
  let iv: Uint8Array
  if (key.iv === undefined) {
    // RFC 8216, section 5.2: the number of the segment, as 128 bits.
    iv = new Uint8Array(16)
    new DataView(iv.buffer).setBigUint64(8, BigInt(mediaSequenceNumber))
  } else iv = new Uint8Array(key.iv)
  return { keyUrl: at(key.uri, base), iv }
}

function at(uri: string, base: URL): URL {
  if (!URL.canParse(uri, base.href))
    throw new LostSource(`the playlist names ${uri}, which is no address`)
  const url = new URL(uri, base)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new LostSource(`the playlist names ${uri}; only http and https are followed`)
  return url
}
