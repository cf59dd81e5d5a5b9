import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { InitOutside } from './outside.ts'

/** The PM2 to drive: the machine's own, which its daemon came from, or the one that came with the bot. */
export interface Pm2Command {
  readonly program: string
  /** What else it needs, its `PATH` above all. */
  readonly env: Readonly<Record<string, string>>
}

const isOurs = (folder: string): boolean => /node_modules\/\.bin\/?$/.test(folder)

/** Which PM2 a person would get who types `pm2`, without the folders that `npm run` adds. */
export function pm2Command({ env, directory }: InitOutside): Pm2Command | null {
  const folders = (env['PATH'] ?? '').split(':').filter((one) => one !== '')
  const system = folders.filter((folder) => !isOurs(folder))
  const found = system.map((folder) => join(folder, 'pm2')).find((file) => existsSync(file))
  const quiet = { PM2_DISCRETE_MODE: 'true' }
  if (found !== undefined) return { program: found, env: { ...quiet, PATH: system.join(':') } }
  const local = join(directory, 'node_modules', '.bin', 'pm2')
  if (!existsSync(local)) return null
  const own = dirname(local)
  return { program: local, env: { ...quiet, PATH: [own, ...system].join(':') } }
}

/**
 * The line that has PM2 started at boot, in the words of PM2 itself (lib/API/Startup.js). `--hp` is the
 * folder in which `.pm2` lies.
 */
export function startupWords(
  { user, nodeFolder }: InitOutside,
  { program }: Pm2Command,
  pm2Home: string,
): readonly [string, ...string[]] {
  const usual = pm2Home.endsWith('/.pm2')
  return [
    'env',
    `PATH=$PATH:${nodeFolder}`,
    ...(usual ? [] : [`PM2_HOME=${pm2Home}`]),
    program,
    'startup',
    '-u',
    user.name,
    ...(usual ? ['--hp', dirname(pm2Home)] : []),
  ]
}
