import { setTimeout as pause } from 'node:timers/promises'
import { ChunkQueue } from '../chunk-queue.ts'
import { LostSource, reconnecting } from '../reconnecting.ts'
import { streamSource, type Source, type SourcePiece } from '../source.ts'
import { fetchPlaylist, MediaFollower, type FetchedSegment } from './media-follower.ts'
import { UnreadableSegments, type Rendition } from './playlist.ts'

/** Playlists that name each other. */
const mostSteps = 4
/** What waits for whoever reads it: some segments of the least of the streams. */
const mostWaiting = 16 * 1024 * 1024
/** A rendition that is missing while the video is there is asked for again after so long. */
const retryMs = 10_000

/** A playlist of transport streams, captions in their video, or of WebVTT beside it, or both. */
export function openHls(url: URL): Source {
  const stream = new HlsStream(url)
  return streamSource(
    url.origin + url.pathname,
    'ts',
    reconnecting((signal) => stream.read(signal)),
  )
}

interface Parts {
  /** null: nothing of it can be read, or is to be. */
  readonly video: URL | null
  readonly renditions: readonly Rendition[]
}

class HlsStream {
  readonly #url: URL
  readonly #video = new MediaFollower()
  readonly #renditions = new Map<string, MediaFollower>()
  #hasVideo = false

  constructor(url: URL) {
    this.#url = url
  }

  async *read(signal: AbortSignal): AsyncGenerator<SourcePiece> {
    const { video, renditions } = await this.#parts(signal)
    this.#hasVideo = video !== null
    const stop = new AbortController()
    const all = AbortSignal.any([signal, stop.signal])
    const queue = new ChunkQueue<SourcePiece>(mostWaiting)
    const readers = renditions.map((one) => this.#follow(one, queue, all))
    if (video !== null) readers.push(this.#watch(video, renditions.length > 0, queue, all))
    for (const reader of readers)
      reader.catch((error: unknown) =>
        queue.fail(error instanceof Error ? error : new Error(String(error))),
      )
    try {
      yield* queue.read(signal)
    } finally {
      stop.abort()
      await Promise.allSettled(readers)
    }
  }

  async #parts(signal: AbortSignal): Promise<Parts> {
    let url = this.#url
    let renditions: readonly Rendition[] = []
    for (let step = 0; step < mostSteps; step++) {
      const { playlist, from } = await fetchPlaylist(url, signal)
      if (playlist.kind === 'media') return { video: from, renditions }
      renditions = playlist.renditions
      // Its video has no captions: it is not worth fetching.
      if (playlist.hasNoCaptions && renditions.length > 0) return { video: null, renditions }
      url = playlist.url
      if (renditions.length > 0) break
    }
    if (renditions.length > 0) return { video: url, renditions }
    throw new LostSource('its playlists name each other and no segments')
  }

  async #watch(
    url: URL,
    hasRenditions: boolean,
    queue: ChunkQueue<SourcePiece>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      for await (const { segment, bytes } of this.#video.read(url, signal)) {
        if (segment.endsMs !== null) queue.push({ note: 'clock', airedMs: segment.endsMs })
        queue.push(bytes)
        await roomIn(queue)
      }
    } catch (error) {
      // What is beside it can be read all the same.
      if (!hasRenditions || !(error instanceof UnreadableSegments)) throw error
      this.#hasVideo = false
    }
  }

  async #follow(
    { url, track, language }: Rendition,
    queue: ChunkQueue<SourcePiece>,
    signal: AbortSignal,
  ): Promise<void> {
    const follower = this.#renditions.get(track) ?? new MediaFollower()
    this.#renditions.set(track, follower)
    const isOver = (): boolean => signal.aborted
    while (!isOver()) {
      try {
        for await (const fetched of follower.read(url, signal)) {
          this.#push(fetched, { track, language }, queue)
          await roomIn(queue)
        }
      } catch (error) {
        if (isOver()) return
        if (!this.#hasVideo) throw error
        await pause(retryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #push(
    { segment, bytes }: FetchedSegment,
    { track, language }: Pick<Rendition, 'track' | 'language'>,
    queue: ChunkQueue<SourcePiece>,
  ): void {
    const hasVideo = this.#hasVideo
    if (!hasVideo && segment.endsMs !== null) queue.push({ note: 'clock', airedMs: segment.endsMs })
    const { isDiscontinuity } = segment
    queue.push({ note: 'segment', track, language, bytes, isDiscontinuity, hasVideo })
  }
}

async function roomIn(queue: ChunkQueue<SourcePiece>): Promise<void> {
  if (queue.isFull) await new Promise<void>((resolve) => queue.whenRoom(resolve))
}
