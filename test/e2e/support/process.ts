import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'

/** The daemon as a process of its own. */
export interface BotProcess {
  readonly child: ChildProcess
  /** What it has written so far, both streams. */
  output(): string
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, or another signal; resolves with its exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts `src/main.ts` with that environment and nothing else. */
export function startProcess(env: Readonly<Record<string, string>>): BotProcess {
  const cache = resolve('node_modules/.cache/mechanic')
  const child = spawn(process.execPath, [resolve('src/main.ts')], {
    cwd: env['MECHANIC_HOME'],
    env: { ...env, NODE_COMPILE_CACHE: cache },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-100_000)))
  const stop = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  return {
    child,
    output: () => output,
    kill: async () => void (await stop('SIGKILL')),
    end: (signal = 'SIGTERM') => stop(signal),
  }
}
