import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Load } from './load.ts'

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
  setTimeout(() => server.close(() => setTimeout(() => process.exit(0), 50)), 100)
})
`

export interface Releases {
  /** The link that PM2 is given. */
  link(name: string): string
  /** Points a link to a release, in one step. */
  switchTo(name: string, release: string): Promise<void>
}

/** releases/one and two with the server above, and one that ends as soon as it is started. */
export async function makeReleases(root: string): Promise<Releases> {
  for (const [name, text] of [
    ['one', app],
    ['two', app],
    ['dead', 'process.exit(1)'],
  ] as const) {
    await mkdir(join(root, 'releases', name), { recursive: true })
    await writeFile(join(root, 'releases', name, 'app.cjs'), text)
  }
  return {
    link: (name) => join(root, name),
    switchTo: async (name, release) => {
      await symlink(join('releases', release), join(root, `${name}.new`))
      await rename(join(root, `${name}.new`), join(root, name))
    },
  }
}

/** What became of the requests of some rounds. */
export interface Rounds {
  answers: number
  retried: number
  /** Why requests failed. */
  readonly failed: string[]
  /** What was answered by another release than the one just deployed. */
  readonly stale: string[]
}

/** Deploys one release after the other while requests come in, and looks who answers after each. */
export async function playRounds(
  load: Load,
  count: number,
  deploy: (release: 'one' | 'two') => Promise<void>,
): Promise<Rounds> {
  const result: Rounds = { answers: 0, retried: 0, failed: [], stale: [] }
  let during = load.stretch()
  for (let round = 1; round <= count; round += 1) {
    const release = round % 2 === 1 ? 'two' : 'one'
    await deploy(release)
    const after = load.stretch()
    await load.until(after, 20)
    const next = load.stretch()
    for (const { answers, errors, retried } of [during, after]) {
      for (const times of answers.values()) result.answers += times
      for (const [why, times] of errors) result.failed.push(`round ${round}: ${why} (${times})`)
      result.retried += retried
    }
    for (const said of after.answers.keys())
      if (said !== release) result.stale.push(`round ${round}: ${said}`)
    during = next
  }
  return result
}
