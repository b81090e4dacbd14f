import { readFileSync } from 'node:fs'
import path from 'node:path'
import S3rver from 's3rver'
import { makeCertificate } from './nginx.ts'
import { temporaryFolder } from './processes.ts'

export interface TestS3 extends AsyncDisposable {
  /** By the name `localhost`, which its certificate is for. */
  readonly url: string
  readonly port: number
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
  /** The authority that it is to be trusted by; undefined without TLS. */
  readonly certificate: string | undefined
}

/** A real server of the S3 protocol on this machine, with one bucket. It knows its keys, and does not check what they sign. */
export async function startS3({ tls = false }: { tls?: boolean } = {}): Promise<TestS3> {
  const folder = await temporaryFolder()
  const files = tls ? makeCertificate(folder.path) : undefined
  const bucket = 'captions'
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, silent: true, serviceEndpoint: 'localhost' },
    directory: path.join(folder.path, 'objects'),
    configureBuckets: [{ name: bucket }],
    ...(files === undefined
      ? {}
      : { key: readFileSync(files.key), cert: readFileSync(files.certificate) }),
  })
  const { port } = await server.run()
  return {
    url: `${tls ? 'https' : 'http'}://localhost:${port}`,
    ...{ port, bucket, accessKey: 'S3RVER', secretKey: 'S3RVER' },
    certificate: files?.certificate,
    [Symbol.asyncDispose]: async () => {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
