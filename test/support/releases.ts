import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A server that says which release it is of, and ends as docs/deploy-strategies.md asks for: it goes
 * on answering for a moment, tells clients to come back on another connection, then closes.
 */
const app = `
const http = require('node:http')
const { basename } = require('node:path')

let ending = false
const server = http.createServer((request, response) => {
  if (ending) response.setHeader('Connection', 'close')
  response.end(basename(__dirname))
})
server.keepAliveTimeout = 65_000
server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'))
process.once('SIGINT', () => {
  ending = true
  setTimeout(() => server.close(() => setTimeout(() => process.exit(0), 50)), 150)
})
`

export interface Releases {
  /** The link that PM2 is given. */
  link(name: string): string
  /** Points a link to a release, in one step. */
  switchTo(name: string, release: string): Promise<void>
}

/** releases/NAME with the server above, for each name. */
export async function makeReleases(root: string, names: readonly string[]): Promise<Releases> {
  for (const name of names) {
    await mkdir(join(root, 'releases', name), { recursive: true })
    await writeFile(join(root, 'releases', name, 'app.cjs'), app)
  }
  return {
    link: (name) => join(root, name),
    switchTo: async (name, release) => {
      await symlink(join('releases', release), join(root, `${name}.new`))
      await rename(join(root, `${name}.new`), join(root, name))
    },
  }
}
