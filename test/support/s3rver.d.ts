declare module 's3rver' {
  import type { Server } from 'node:https'

  /** An S3 server that keeps its objects in a directory. Key and secret are both "S3RVER". */
  export default class S3rver {
    readonly httpServer: Server
    constructor(options: {
      readonly address: string
      readonly port: number
      readonly silent: boolean
      readonly directory: string
      readonly configureBuckets: readonly { readonly name: string }[]
      readonly key: string
      readonly cert: string
    })
    run(): Promise<{ readonly port: number }>
    on(event: 'error', listener: (error: Error) => void): void
  }
}
