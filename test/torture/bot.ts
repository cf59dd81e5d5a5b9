import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The bot as a process of its own, with the flags of `npm start`. */
export interface Bot {
  readonly pid: number
  /** The end of what it has written, both streams. */
  output(): string
  /** How it ended, once it has: its exit code, or the signal's name. */
  ended(): number | string | null
  /** Resolves when it is gone, by itself or by anybody; false when it is not within `ms`. */
  gone(ms: number): Promise<boolean>
  signal(name: NodeJS.Signals): void
  /** Open descriptors, 0 when it is gone. */
  descriptors(): number
  /** Resident bytes, 0 when it is gone. */
  memory(): number
}

/** Those of the start script in package.json. */
const flags = ['--max-semi-space-size=1', '--optimize-for-size', '--no-opt']
const preload = resolve(import.meta.dirname, 'child/preload.ts')
const keptOutput = 200_000

const attempt = <T>(look: () => T, otherwise: T): T => {
  try {
    return look()
  } catch {
    return otherwise
  }
}

/** Starts `src/main.ts` of a checkout with that environment and nothing else. */
export function startBot(source: string, env: Readonly<Record<string, string>>): Bot {
  const child = spawn(
    process.execPath,
    [...flags, '--import', preload, join(source, 'src/main.ts')],
    {
      cwd: env['HOME'],
      env: { ...env, NODE_COMPILE_CACHE: join(source, 'node_modules/.cache/mechanic') },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const { pid } = child
  if (pid === undefined) throw new Error('the bot could not be started')
  const exited = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-keptOutput)
    })
  return {
    pid,
    output: () => output,
    ended: () => child.exitCode ?? child.signalCode,
    async gone(ms) {
      if (child.exitCode !== null || child.signalCode !== null) return true
      const patience = new AbortController()
      const late = sleep(ms, false, { signal: patience.signal }).catch(() => false)
      const first = await Promise.race([exited.then(() => true), late])
      patience.abort()
      return first
    },
    signal: (name) => void child.kill(name),
    descriptors: () => attempt(() => readdirSync(`/proc/${pid}/fd`).length, 0),
    memory: () =>
      attempt(() => {
        const [, kib = '0'] =
          /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
        return Number(kib) * 1024
      }, 0),
  }
}

/** Processes whose HOME is the given one: the bot, and everything that it has started. */
export function processesOf(home: string): readonly number[] {
  const marked = (pid: string): boolean =>
    attempt(
      () => readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`HOME=${home}`),
      false,
    )
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && marked(name))
    .map(Number)
}
