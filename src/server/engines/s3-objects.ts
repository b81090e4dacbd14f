import { setTimeout as sleep } from 'node:timers/promises'
import { S3mini } from 's3mini'
import { CcrError } from '../../protocol/codes.ts'
import type { Health, HealthSource } from '../ports/health.ts'
import { checkObjectName, type Objects } from '../ports/objects.ts'
import type { Logger } from '../ports/telemetry.ts'

export interface S3Options {
  /**
   * `https://host`, for requests to `https://host/bucket/name`; when its host begins with the bucket's name, as in
   * `https://bucket.host`, to `https://bucket.host/name`. It may have a path.
   */
  readonly url: string
  readonly bucket: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
  readonly logger?: Logger | undefined
  /** Of one request, and of what is tried again; default 15 s. */
  readonly timeoutMs?: number | undefined
  /** Before the second attempt, and each after it; default some seconds in all. */
  readonly pausesMs?: readonly number[] | undefined
  /** Default the global one, which trusts the authorities that Node does (`NODE_EXTRA_CA_CERTS` adds one's own). */
  readonly fetch?: typeof fetch | undefined
}

const answerMs = 15_000
/** Nobody waits for a server that did not answer a moment ago. */
const restMs = 2000
const pausesMs = [100, 400, 1600]
const namesAtOnce = 1000

/** Objects in S3, or in what speaks its protocol. An object is one request: those of ours are some megabytes. */
export class S3Objects implements Objects, HealthSource {
  readonly #s3: S3mini
  readonly #bucket: string
  readonly #logger: Logger | undefined
  readonly #pausesMs: readonly number[]
  readonly #answerMs: number
  readonly #closing = new AbortController()
  #problem: string | undefined
  #restUntil = 0

  constructor({ url, bucket, region, accessKey, secretKey, ...options }: S3Options) {
    this.#bucket = bucket
    this.#logger = options.logger
    this.#pausesMs = options.pausesMs ?? pausesMs
    this.#answerMs = options.timeoutMs ?? answerMs
    this.#s3 = new S3mini({
      endpoint: endpointOf(url, bucket),
      region,
      accessKeyId: accessKey,
      secretAccessKey: secretKey,
      requestAbortTimeout: this.#answerMs,
      ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
    })
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    checkObjectName(name)
    await this.#insist(() => this.#s3.putObject(name, bytes))
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    checkObjectName(name)
    const bytes = await this.#insist(async () => {
      const found = await this.#s3.getObjectArrayBuffer(name)
      // A bucket that is not there is no answer about what it holds.
      if (found === null) await this.#checkBucket()
      return found
    })
    return bytes === null ? undefined : new Uint8Array(bytes)
  }

  async remove(name: string): Promise<void> {
    checkObjectName(name)
    await this.#insist(() => this.#s3.deleteObject(name))
  }

  async *list(prefix: string): AsyncIterable<string> {
    let token: string | undefined
    do {
      const page = await this.#insist(async () => {
        const found = await this.#s3.listObjectsPaged('/', prefix, namesAtOnce, token)
        if (found?.objects === undefined) await this.#checkBucket()
        return found
      })
      for (const { Key } of page?.objects ?? []) yield Key
      token = page?.nextContinuationToken
    } while (token !== undefined)
  }

  health(): Health {
    return this.#problem === undefined
      ? { ok: true, problems: [] }
      : { ok: false, problems: [`S3: ${this.#problem}`] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await Promise.resolve()
  }

  async #checkBucket(): Promise<void> {
    if (!(await this.#s3.bucketExists())) throw new NoBucketError(this.#bucket)
  }

  /** A few attempts, with pauses that grow, of what trying again can help; as long as one may take, all of them. */
  async #insist<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    if (began < this.#restUntil) throw this.#failure(new Error(this.#problem))
    for (let attempt = 0; ; attempt++) {
      try {
        const result = await work()
        if (this.#problem !== undefined) this.#logger?.info({}, 'S3 answers again')
        this.#problem = undefined
        return result
      } catch (error) {
        const pauseMs = this.#pausesMs[attempt]
        const tookMs = performance.now() - began
        const isLast = pauseMs === undefined || tookMs + pauseMs > this.#answerMs
        if (isLast || !isPassing(error) || this.#closing.signal.aborted) {
          if (tookMs > restMs && isPassing(error)) this.#restUntil = performance.now() + restMs
          throw this.#failure(error)
        }
        const { signal } = this.#closing
        await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
      }
    }
  }

  /** Said without the answer's body: it may quote the request, and with it the name of the key. */
  #failure(error: unknown): CcrError {
    const reason = reasonOf(error)
    if (this.#problem === undefined) this.#logger?.error({ reason }, 'S3 does not answer')
    this.#problem = reason
    return new CcrError('storage-unavailable', undefined, { cause: new Error(`S3: ${reason}`) })
  }
}

class NoBucketError extends Error {
  override name = 'NoBucketError'
  readonly status = 404

  constructor(bucket: string) {
    super(`there is no bucket ${bucket}`)
  }
}

function endpointOf(url: string, bucket: string): string {
  const endpoint = new URL(url)
  if (endpoint.hostname.startsWith(`${bucket}.`)) return endpoint.href.replace(/\/$/, '')
  endpoint.pathname = `${endpoint.pathname.replace(/\/$/, '')}/${bucket}`
  return endpoint.href
}

/** No answer, or one that says "not now". What is refused for good is not asked again at once. */
function isPassing(error: unknown): boolean {
  const status = statusOf(error)
  return status === undefined || status >= 500 || status === 429 || status === 408
}

function statusOf(error: unknown): number | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined
  return typeof status === 'number' ? status : undefined
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
}
