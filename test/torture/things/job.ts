import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { often, type Thing } from './thing.ts'

/** A process that lives, or not. */
export function job(): Thing {
  const mark = `${10_000_000 + process.pid}`
  const start = (): ChildProcess => spawn('sleep', [mark], { stdio: 'ignore', env: {} })
  let child: ChildProcess | null = start()
  const end = async (): Promise<void> => {
    const dying = child
    child = null
    if (!dying) return
    const exited = once(dying, 'exit')
    dying.kill('SIGKILL')
    await exited
  }
  return {
    name: 'job',
    config: {
      checks: `job: { kind: process, command: "sleep ${mark}", warning: down, ${often} }`,
    },
    break: end,
    mend: () => {
      child ??= start()
    },
    broken: () => child === null,
    close: end,
  }
}
