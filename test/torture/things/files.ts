import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { often, type Thing } from './thing.ts'

const linesOf = (file: string): number =>
  existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0

const limits = 'max_per_hour: 1000, backoff: 1s, verify: { within: 2s, every: 1s }'

/** A file that must not be there, and a fix that writes down that it ran before it does anything. */
function unwanted(folder: string, name: string, fix: { does: string; keys: string }): Thing {
  const file = join(folder, name)
  const log = `${file}.log`
  return {
    name,
    config: {
      checks: `${name}: { kind: command, run: "test ! -e ${file}", fix: ${name}-fix, ${often} }`,
      fixes: `${name}-fix: { kind: command, run: "echo acted >> ${log}; ${fix.does}", ${limits}, ${fix.keys} }`,
    },
    break: () => writeFileSync(file, ''),
    mend: () => rmSync(file, { force: true }),
    broken: () => existsSync(file),
    acted: () => ({ [`${name}-fix`]: linesOf(log) }),
  }
}

/** Its fix helps. */
export const leak = (folder: string): Thing =>
  unwanted(folder, 'leak', { does: `rm -f ${join(folder, 'leak')}`, keys: 'cooldown: 1s' })

/** Its fix never helps, and says a secret. */
export const vain = (folder: string, secret: string): Thing =>
  unwanted(folder, 'vain', {
    does: `echo key=${secret} >&2; exit 1`,
    keys: 'attempts: 2, cooldown: 10m',
  })

/** A service that two commands run; the bot restarts it. */
export function web(folder: string): Thing {
  const up = join(folder, 'web.up')
  const starts = join(folder, 'web.starts')
  const manager = JSON.stringify({
    command: {
      start: ['sh', '-c', `echo start >> ${starts}; touch ${up}`],
      stop: ['rm', '-f', up],
      status: ['test', '-e', up],
    },
  })
  writeFileSync(up, '')
  return {
    name: 'web',
    config: {
      services: `web: { manager: ${manager}, restart: auto, severity: critical, every: 1s, notify: at-once, failures: 1, recover: 1 }`,
    },
    break: () => rmSync(up, { force: true }),
    mend: () => writeFileSync(up, ''),
    broken: () => !existsSync(up),
    acted: () => ({ 'restart:web': linesOf(starts) }),
  }
}
