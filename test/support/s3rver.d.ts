/** What only tests use of it. */
declare module 's3rver' {
  import type { AddressInfo } from 'node:net'

  interface S3rverOptions {
    readonly address: string
    readonly port: number
    readonly silent: boolean
    readonly directory: string
    readonly serviceEndpoint: string
    readonly configureBuckets: readonly { readonly name: string }[]
    readonly key?: Buffer
    readonly cert?: Buffer
  }
  export default class S3rver {
    constructor(options: S3rverOptions)
    run(): Promise<AddressInfo>
    close(): Promise<void>
  }
}
