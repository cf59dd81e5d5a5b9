import type { IncomingMessage } from 'node:http'

/** Bytes of a body; what GitHub sends of a push without its 2,048 commits in full is far below. */
const longest = 5 * 2 ** 20
/** Bodies that are read at the same time: what they hold together in memory is bounded. */
const atOnce = 16

export interface TooMuch {
  readonly status: 413 | 503
  readonly error: string
}

const tooLong: TooMuch = { status: 413, error: 'too long' }
const tooMany: TooMuch = { status: 503, error: 'too many at once' }

export const isTooMuch = (body: Buffer | TooMuch): body is TooMuch => !Buffer.isBuffer(body)

export type Bodies = ReturnType<typeof createBodies>

async function readAll(request: IncomingMessage): Promise<Buffer | TooMuch> {
  if (Number(request.headers['content-length'] ?? 0) > longest) return tooLong
  const chunks: Buffer[] = []
  let length = 0
  // Leaving the loop early would destroy the connection before it is answered.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > longest) return tooLong
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads the bodies of requests, each bounded, and all of them together. The server bounds the time. */
export function createBodies() {
  let reading = 0
  return {
    async read(request: IncomingMessage): Promise<Buffer | TooMuch> {
      if (reading >= atOnce) return tooMany
      reading++
      try {
        return await readAll(request)
      } finally {
        reading--
      }
    },
  }
}
