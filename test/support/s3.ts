import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import S3rver from 's3rver'
import { freePort } from './free-port.ts'
import { makeCertificate } from './nginx.ts'
import { thisMachine, type Host } from './nodes/hosts.ts'
import { start, temporaryFolder, until, type Running } from './processes.ts'

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

const program = fileURLToPath(new URL('nodes/s3-process.ts', import.meta.url))

/** The same as a process of its own, to be killed and paused. */
export interface S3Process extends AsyncDisposable {
  /** Settings of `ccr serve`. */
  readonly env: Readonly<Record<string, string>>
  readonly signal: (name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT') => Promise<void>
  /** After a kill, with what it had. */
  readonly restart: () => Promise<void>
}

export async function startS3Process(host: Host = thisMachine): Promise<S3Process> {
  const folder = await temporaryFolder()
  const [bucket, port] = ['captions', String(await freePort())]
  const begin = async (): Promise<Running> => {
    const server = start(...host.command(process.execPath, [program]), {
      ...{ ADDRESS: host.address, PORT: port, BUCKET: bucket },
      DIRECTORY: path.join(folder.path, 'objects'),
    })
    await until('S3 answers', () => server.stdout().includes('ready'), 60_000)
    return server
  }
  let server = await begin()
  return {
    env: {
      CCR_S3_URL: `http://${host.address}:${port}`,
      ...{ CCR_S3_BUCKET: bucket, CCR_S3_ACCESS_KEY: 'S3RVER', CCR_S3_SECRET_KEY: 'S3RVER' },
    },
    signal: async (name) => {
      server.child.kill(name)
      if (name === 'SIGKILL') await server.ended
    },
    restart: async () => {
      server = await begin()
    },
    [Symbol.asyncDispose]: async () => {
      server.child.kill('SIGCONT')
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
