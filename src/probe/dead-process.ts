import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { OperatorError } from '../contract/error.ts'
import type { Scratch, Stage } from '../contract/fix.ts'

/** Seconds after which the process ends by itself, whatever becomes of the bot. */
const lifetime = 600

/**
 * Starts, stops and asks after the process. A start ends once the process bears its own name, by which
 * it is found again. A zombie has no command line, and a process that was given the same number later
 * has another one: neither is ours.
 */
const control = `#!/bin/sh
here=\${0%/*}
pid=$(cat "$here/pid" 2>/dev/null)
alive() {
  [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null || return 1
  [ ! -d /proc/self ] || grep -qF "$here/sleep" "/proc/$pid/cmdline" 2>/dev/null
}
case $1 in
  start)
    "$here/sleep" ${lifetime} </dev/null >/dev/null 2>&1 &
    pid=$!
    echo "$pid" >"$here/pid"
    while kill -0 "$pid" 2>/dev/null && ! alive; do :; done ;;
  stop) ! alive || kill -9 "$pid" ;;
  status) alive ;;
esac
`

async function order(scratch: Scratch, word: 'start' | 'stop', script: string): Promise<void> {
  const { host, signal } = scratch
  // The stop has to work when the time is up, too.
  const limit = word === 'stop' ? AbortSignal.timeout(5_000) : signal
  const { code, err } = await host.run(['/bin/sh', script, word], { signal: limit })
  if (code !== 0)
    throw new OperatorError(
      `a process to be killed could not ${word}: ${err.trim() || `code ${code}`}`,
    )
}

/** The program that sleeps: through a link, so that its process bears the name of the scratch place. */
async function sleeper({ host, signal }: Scratch): Promise<string> {
  const { out } = await host.run(['/bin/sh', '-c', 'command -v sleep'], { signal })
  const path = out.trim()
  return path.startsWith('/') ? path : '/bin/sleep'
}

/**
 * A dead process: a small real one, run by commands as a service of the config can be, is killed.
 * `service` is the name of what the fix is for.
 */
export async function deadProcess(service: string, scratch: Scratch): Promise<Stage> {
  const place = join(scratch.directory, 'service')
  const script = join(place, 'control')
  await mkdir(place)
  await symlink(await sleeper(scratch), join(place, 'sleep'))
  await writeFile(script, control, { mode: 0o700 })
  await order(scratch, 'start', script)
  const word = (name: string): readonly string[] => ['/bin/sh', script, name]
  const commands = { start: word('start'), stop: word('stop'), status: word('status') }
  return {
    fault: 'a process killed with SIGKILL',
    watch: { services: { rehearsal: { manager: { command: commands }, restart: 'auto' } } },
    params: { service: 'rehearsal' },
    differs: [`a process of its own, run by commands, instead of ${service}`],
    async make() {
      const text = (await readFile(join(place, 'pid'), 'utf8')).trim()
      // Of 0 and 1 the first is this program's own group, see kill(2).
      if (!/^\d+$/.test(text) || Number(text) < 2)
        throw new OperatorError(`there is no process to be killed: ${JSON.stringify(text)}`)
      process.kill(Number(text), 'SIGKILL')
    },
    clean: () => order(scratch, 'stop', script),
  }
}
