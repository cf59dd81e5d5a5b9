import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { processesOf } from './support.ts'

/** Far more than it takes: on a busy machine the bot's first look alone may take most of a minute. */
export const patience = 150_000

interface Run {
  readonly output: string
  readonly code: number | null
  /** Files and processes that are still there. */
  readonly left: readonly string[]
}

/** The whole demo in a process of its own, its compiled code kept as `npm run demo` does; `until` ends it by SIGTERM as soon as that was printed. */
export async function demo(
  input: string,
  until?: string,
  ...words: readonly string[]
): Promise<Run> {
  const directory = await mkdtemp(join(tmpdir(), 'demo-'))
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [resolve('src/demo/main.ts'), ...words], {
    env: {
      PATH,
      HOME,
      TMPDIR: directory,
      NODE_COMPILE_CACHE: resolve('node_modules/.cache/mechanic'),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: patience - 10_000,
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (until !== undefined && output.includes(until)) child.kill('SIGTERM')
  })
  child.stdin.write(input)
  if (until === undefined) child.stdin.end()
  const code = await new Promise<number | null>((settle) => child.once('close', settle))
  const left = [...(await readdir(directory)), ...(await processesOf(directory))]
  await rm(directory, { recursive: true })
  return { output, code, left }
}
