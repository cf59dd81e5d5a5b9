import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync } from 'node:fs'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { until } from '../../e2e/support/wait.ts'

/** All files below a directory. */
const filesIn = (directory: string): readonly string[] =>
  existsSync(directory)
    ? readdirSync(directory, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
    : []

/** Changes one bit in the middle of the largest pack of a repository; again puts it right. */
export function flipByte(repository: string): void {
  const packs = filesIn(join(repository, 'data'))
  const [pack = ''] = packs.toSorted((a, b) => statSync(b).size - statSync(a).size)
  const bytes = readFileSync(pack)
  const at = Math.floor(bytes.length / 2)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  rmSync(pack, { force: true })
  writeFileSync(pack, bytes)
}

/**
 * Cuts off the end of the next dump as a disk does that loses it: once pg_dump is done with it, which
 * is when the globals are written, and before anybody has read it.
 */
export function cutNextDump(scratch: string): Disposable {
  const timer = setInterval(() => {
    const all = filesIn(scratch)
    const dump = all.find((path) => path.endsWith('/database.dump'))
    if (dump === undefined || !all.some((path) => path.endsWith('/globals.sql'))) return
    clearInterval(timer)
    truncateSync(dump, Math.floor(statSync(dump).size / 2))
  }, 2)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

/** Somebody else's restic that has the repository to itself, and is killed while it does. */
export async function killWhileLocked(
  repository: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const child = spawn('restic', ['check', '--no-cache'], {
    env: { ...process.env, RESTIC_REPOSITORY: repository, ...env },
    stdio: 'ignore',
  })
  const gone = once(child, 'exit')
  await until(
    () => filesIn(join(repository, 'locks')).length > 0 || undefined,
    30_000,
    () => 'no lock was made',
  )
  child.kill('SIGKILL')
  await gone
}
