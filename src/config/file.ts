import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
} from 'node:fs'
import type { Env } from './fill.ts'
import type { Issue } from './issue.ts'

const usual = 'mechanic.yaml'
const maxBytes = 1024 * 1024

/** The config file: the one named, `MECHANIC_CONFIG`, or ./mechanic.yaml if there is one; null for none. */
export function locateConfig(env: Env, named?: string): string | null {
  const path = named ?? env['MECHANIC_CONFIG']
  if (path !== undefined && path !== '') return path
  return existsSync(usual) ? usual : null
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  ENOTDIR: 'there is no such file',
}

/** The bytes of a config file, at most 1 MiB of a regular file, or why there are none. */
export function readConfigFile(
  file: string,
): { readonly text: Uint8Array } | { readonly issues: readonly [Issue] } {
  const issue = (problem: string): { issues: readonly [Issue] } => ({
    issues: [{ file, line: 1, col: 1, message: `${problem}, expected a configuration file` }],
  })
  let handle: number | undefined
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for ever.
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = fstatSync(handle)
    if (!facts.isFile()) return issue('this is no regular file')
    if (facts.size > maxBytes) return issue('larger than 1 MiB')
    return { text: readFileSync(handle) }
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
    return issue(reasons[code] ?? `it cannot be read (${code})`)
  } finally {
    if (handle !== undefined) closeSync(handle)
  }
}

/** The languages that have a file in a folder such as locales/; English needs none. */
export function languagesIn(folder: string): readonly string[] {
  const files = existsSync(folder) ? readdirSync(folder) : []
  const named = files
    .filter((file) => file.endsWith('.ftl'))
    .map((file) => file.split('.', 1)[0] ?? '')
  return [...new Set(['en', ...named])].toSorted()
}
