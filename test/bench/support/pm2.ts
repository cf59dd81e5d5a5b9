import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { atEnd, place } from './children.ts'

const run = promisify(execFile)

export interface App {
  readonly name: string
  readonly script: string
  readonly args?: string
  readonly interpreter?: string
  readonly autorestart: boolean
}

/** A PM2 of its own in a temporary home, never the machine's. */
export async function startPm2(apps: readonly App[]) {
  const home = place()
  const pm2 = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [resolve('node_modules/pm2/bin/pm2'), ...args], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        PM2_HOME: home,
        PM2_DISABLE_VERSION_CHECK: 'true',
        PM2_DISCRETE_MODE: 'true',
      },
      maxBuffer: 16 * 1024 * 1024,
      timeout: 60_000,
    })
    return stdout
  }
  atEnd(async () => void (await pm2('kill')))
  const file = join(home, 'apps.json')
  writeFileSync(file, JSON.stringify({ apps }))
  await pm2('start', file)
  return {
    home,
    /** The processes by name. */
    async pids(): Promise<ReadonlyMap<string, number>> {
      const listed = JSON.parse(await pm2('jlist')) as { name: string; pid: number }[]
      return new Map(listed.map(({ name, pid }) => [name, pid]))
    },
  }
}
