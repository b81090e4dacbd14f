import Hls from 'hls-parser'
import { messageOf } from '../../../protocol/message-of.ts'
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
  /** When its end was broadcast, as the playlist says, milliseconds since 1970. */
  readonly endsMs: number | null
  readonly isDiscontinuity: boolean
}

/** Captions beside the video, as WebVTT. */
export interface Rendition {
  readonly url: URL
  /** VTT-en; a second one of the same language is VTT-en-2. */
  readonly track: string
  /** BCP 47 */
  readonly language: string | null
}

/** Segments that nobody here can read, while others of the same stream may be. */
export class UnreadableSegments extends LostSource {
  override name = 'UnreadableSegments'
}

export type Playlist =
  | {
      readonly kind: 'master'
      /** The stream with the least to fetch: captions are the same in all. */
      readonly url: URL
      readonly renditions: readonly Rendition[]
      /** It says that there are no captions in its video. */
      readonly hasNoCaptions: boolean
    }
  | {
      readonly kind: 'media'
      readonly segments: readonly HlsSegment[]
      /** Seconds, at most, of a segment. */
      readonly targetDuration: number
      /** Nothing will be added. */
      readonly isOver: boolean
    }

/** Languages that one stream has. */
const mostRenditions = 32

type Media = Hls.types.MediaPlaylist
type Segment = Media['segments'][number]

Hls.setOptions({ strictMode: true, silent: true })

/** `base`: where the playlist came from; throws LostSource with what is wrong with it. */
export function parsePlaylist(text: string, base: URL): Playlist {
  const parsed = parse(text)
  if (parsed.isMasterPlaylist) {
    const least = leastOf(parsed.variants)
    if (least === undefined) throw new LostSource('the playlist lists no stream')
    return {
      kind: 'master',
      url: at(least.uri, base),
      renditions: renditionsOf(parsed.variants, base),
      hasNoCaptions: /^#EXT-X-STREAM-INF:.*CLOSED-CAPTIONS=NONE/m.test(text),
    }
  }
  const { segments, targetDuration, endlist } = parsed
  return {
    kind: 'media',
    segments: dated(segments)
      .filter(({ segment }) => segment.gap !== true)
      .map(({ segment, endsMs }) => segmentOf(segment, endsMs, base)),
    ...{ targetDuration, isOver: endlist },
  }
}

function parse(text: string): Hls.types.MasterPlaylist | Media {
  try {
    return Hls.parse(text)
  } catch (error) {
    const why = messageOf(error)
    throw new LostSource(`what answers there is no HLS playlist: ${why}`, { cause: error })
  }
}

/** Pictures are where captions are; one that has sound only is taken when there is nothing else. */
function leastOf(variants: readonly Hls.types.Variant[]): Hls.types.Variant | undefined {
  const isSound = ({ codecs }: Hls.types.Variant): boolean =>
    codecs?.split(',').every((codec) => /^\s*(?:mp4a|ac-3|ec-3|opus|fLaC)/i.test(codec)) === true
  const usable = variants.filter(({ isIFrameOnly }) => isIFrameOnly !== true)
  const seen = usable.filter((one) => !isSound(one))
  return [...(seen.length > 0 ? seen : usable)].sort((a, b) => a.bandwidth - b.bandwidth)[0]
}

function renditionsOf(variants: readonly Hls.types.Variant[], base: URL): Rendition[] {
  const known = new Map<string, Rendition>()
  const counts = new Map<string, number>()
  for (const { uri, language = '', forced } of variants.flatMap(({ subtitles }) => subtitles)) {
    // Forced ones are parts of what the others say.
    if (uri === undefined || forced || known.has(uri) || known.size >= mostRenditions) continue
    const tag = /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,2}$/.test(language) ? language : null
    const name = tag === null ? 'VTT' : `VTT-${tag}`
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    const track = count === 1 ? name : `${name}-${count}`
    known.set(uri, { url: at(uri, base), track, language: tag })
  }
  return [...known.values()]
}

/** A playlist says when some of its segments were broadcast; the others follow them. */
function dated(
  segments: readonly Segment[],
): readonly { readonly segment: Segment; readonly endsMs: number | null }[] {
  let beginsMs: number | null = null
  return segments.map((segment) => {
    const { programDateTime, discontinuity, duration } = segment
    const said = programDateTime?.getTime()
    if (said !== undefined && Number.isFinite(said)) beginsMs = said
    else if (discontinuity === true) beginsMs = null
    const endsMs = beginsMs === null ? null : beginsMs + Math.round(duration * 1000)
    beginsMs = endsMs
    return { segment, endsMs }
  })
}

function segmentOf(segment: Segment, endsMs: number | null, base: URL): HlsSegment {
  const { uri, duration, mediaSequenceNumber: number, byterange } = segment
  // Null where the types say that it is there.
  if ((segment.map as unknown) !== null)
    throw new UnreadableSegments(
      'its segments are fragmented MP4; only transport streams can be read',
    )
  const { offset = 0, length = 0 } = (byterange as Partial<typeof byterange> | undefined) ?? {}
  return {
    ...{ number, duration, url: at(uri, base), encryption: encryptionOf(segment, base) },
    range: length > 0 ? { offset, length } : null,
    ...{ endsMs, isDiscontinuity: segment.discontinuity === true },
  }
}

function encryptionOf({ key, mediaSequenceNumber }: Segment, base: URL): Encryption | null {
  // Null where the types say undefined.
  if (!key || key.method === 'NONE') return null
  if (key.method !== 'AES-128' || key.uri === undefined)
    throw new UnreadableSegments(`it is encrypted by ${key.method}, which cannot be read`)
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
