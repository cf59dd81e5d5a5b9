import { createServer } from 'node:http'
import { listen } from '../../support/server.ts'
import { often, type Thing } from './thing.ts'

/** Two sites; what they answer when they are broken has a secret in it. */
export async function pages(secret: string): Promise<readonly Thing[]> {
  const broken = new Set<string>()
  const server = await listen(
    createServer((request, response) => {
      const path = request.url?.split('?')[0] ?? ''
      response.writeHead(broken.has(path) ? 503 : 200)
      response.end(broken.has(path) ? `password=${secret} is wrong` : 'ok')
    }),
  )
  const page = (name: string, level: string): Thing => ({
    name,
    config: {
      checks: `${name}: { kind: http, url: "http://127.0.0.1:${server.port}/${name}?key=\${PAGE_KEY}", ${level}: down, ${often} }`,
    },
    break: () => void broken.add(`/${name}`),
    mend: () => void broken.delete(`/${name}`),
    broken: () => broken.has(`/${name}`),
  })
  return [{ ...page('gate', 'critical'), close: () => server.close() }, page('blog', 'warning')]
}
