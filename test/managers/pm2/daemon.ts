import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const bin = resolve('node_modules/pm2/bin/pm2')

/** What the service does, by its first argument. */
const script = `
const [what, ms] = process.argv.slice(2)
console.log('out ' + what)
console.error('err ' + what)
if (what === 'exit') setTimeout(() => process.exit(Number(ms ?? 3)), 50)
else setInterval(() => {}, 1000)
`

export interface Daemon {
  readonly home: string
  readonly script: string
  /** One \`pm2\` command in this home. */
  pm2(...args: readonly string[]): Promise<string>
  /** Its pid, from its own file. */
  kill(): Promise<void>
  end(): Promise<void>
}

/** A PM2 of its own in a temporary home, never the machine's. */
export async function startDaemon(): Promise<Daemon> {
  const home = await mkdtemp(join(tmpdir(), 'pm2-'))
  const service = join(home, 'service.cjs')
  await writeFile(service, script)
  const pm2 = async (...args: readonly string[]) => {
    const { stdout } = await run(process.execPath, [bin, ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        PM2_HOME: home,
        PM2_DISABLE_VERSION_CHECK: 'true',
        PM2_DISCRETE_MODE: 'true',
        SECRET_OF_THE_SHELL: 'in the daemon only',
      },
      timeout: 30_000,
    })
    return stdout
  }
  await pm2('ping')
  return {
    home,
    script: service,
    pm2,
    kill: async () => void (await pm2('kill')),
    end: async () => {
      await pm2('kill').catch(() => undefined)
      await rm(home, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}
