import { createServer } from 'node:http'
import { listen } from '../../support/server.ts'

/** A site that is watched; each of its paths can fail on its own. */
export interface Page extends AsyncDisposable {
  url(path?: string): string
  /** Paths that answer 503. */
  readonly broken: Set<string>
}

/** A site on a free port of this machine that answers 200 until a test says otherwise. */
export async function startPage(): Promise<Page> {
  const broken = new Set<string>()
  const server = await listen(
    createServer((request, response) => {
      const fails = broken.has(request.url ?? '')
      response.writeHead(fails ? 503 : 200).end(fails ? 'no' : 'ok')
    }),
  )
  return {
    broken,
    url: (path = '/') => `http://127.0.0.1:${server.port}${path}`,
    [Symbol.asyncDispose]: () => server.close(),
  }
}
