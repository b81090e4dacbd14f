import { createDecipheriv } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { fetchBytes } from '../http.ts'
import { LostSource } from '../reconnecting.ts'
import { parsePlaylist, type HlsSegment, type Playlist } from './playlist.ts'

/** A live stream begins so many segments before its newest: RFC 8216, section 6.3.3. */
const fromEnd = 3
const playlistBytes = 4 * 1024 * 1024
const segmentBytes = 64 * 1024 * 1024
const keyBytes = 16
/** A playlist that is over may go on: a studio that comes back. */
const overMs = 30_000

type Media = Playlist & { readonly kind: 'media' }

export interface FetchedSegment {
  readonly segment: HlsSegment
  readonly bytes: Uint8Array
}

export async function fetchPlaylist(
  url: URL,
  signal: AbortSignal,
): Promise<{ readonly playlist: Playlist; readonly from: URL }> {
  const { bytes, from } = await fetchBytes(url, { most: playlistBytes, signal })
  return { playlist: parsePlaylist(Buffer.from(bytes).toString(), from), from }
}

/** Follows one media playlist: each segment once, whatever is lost in between. */
export class MediaFollower {
  /** The number of the last segment that was read. */
  #last: number | undefined
  readonly #keys = new Map<string, Uint8Array>()

  /** Segments as they come, until the signal aborts. @throws LostSource */
  async *read(url: URL, signal: AbortSignal): AsyncGenerator<FetchedSegment> {
    while (!signal.aborted) {
      const askedMs = performance.now()
      const media = await this.#media(url, signal)
      const fresh = this.#fresh(media)
      for (const segment of fresh) {
        yield { segment, bytes: await this.#fetch(segment, signal) }
        this.#last = segment.number
      }
      // Changed or not: RFC 8216, section 6.3.4.
      const targetMs = media.targetDuration * 1000
      const waitMs = media.isOver ? overMs : fresh.length > 0 ? targetMs : targetMs / 2
      await pause(Math.max(0, waitMs - (performance.now() - askedMs)), undefined, { signal })
    }
  }

  async #media(url: URL, signal: AbortSignal): Promise<Media> {
    const { playlist } = await fetchPlaylist(url, signal)
    if (playlist.kind !== 'media') throw new LostSource('the playlist has become another one')
    return playlist
  }

  #fresh({ segments, isOver }: Media): readonly HlsSegment[] {
    const newest = segments.at(-1)?.number ?? -1
    const last = this.#last
    // One that begins to count anew has been started again.
    const isAnew = last !== undefined && newest < last - segments.length
    if (last === undefined || isAnew) return isOver ? segments : segments.slice(-fromEnd)
    return segments.filter(({ number }) => number > last)
  }

  async #fetch({ url, range, encryption }: HlsSegment, signal: AbortSignal): Promise<Uint8Array> {
    const { bytes } = await fetchBytes(url, { most: segmentBytes, signal, range })
    if (encryption === null) return bytes
    const { keyUrl, iv } = encryption
    let key = this.#keys.get(keyUrl.href)
    if (key === undefined) {
      key = (await fetchBytes(keyUrl, { most: keyBytes, signal })).bytes
      this.#keys.clear()
      this.#keys.set(keyUrl.href, key)
    }
    try {
      const cipher = createDecipheriv('aes-128-cbc', key, iv)
      return Buffer.concat([cipher.update(bytes), cipher.final()])
    } catch (error) {
      throw new LostSource('a segment cannot be decrypted with the key that comes with it', {
        cause: error,
      })
    }
  }
}
