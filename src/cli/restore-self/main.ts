import { mkdir, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { endLeftovers } from '../../backup/leftovers.ts'
import { ownFiles } from '../../backup/self/files.ts'
import type { Tool } from '../../backup/tool.ts'
import { repositoryAt } from '../../config/repository.ts'
import { messageOf, OperatorError } from '../../contract/error.ts'
import { createLocalHost } from '../../host/local.ts'
import { lockHome } from '../../store/open.ts'
import { openTerminal } from '../init/terminal.ts'
import { exit, type Exit, type Outside } from '../outside.ts'
import { type Found, fromCopies, fromFile, fromRepository } from './find.ts'
import { place, placesFor, type Placing } from './place.ts'
import { proveState } from './prove.ts'
import { keysIn, type RestoreWish } from './wish.ts'

async function passwordOf({ env }: Outside): Promise<string> {
  const named = env['RESTIC_PASSWORD']
  if (named !== undefined && named !== '') return named
  const terminal = openTerminal(process.stdin, process.stdout)
  try {
    const typed = await terminal.ask('Password of the repository:', { secret: true })
    if (typed) return typed
  } finally {
    terminal.close()
  }
  throw new OperatorError('no password was given', 'type it, or set RESTIC_PASSWORD')
}

async function find(
  outside: Outside,
  { from, repository, at }: RestoreWish,
  { here, home, scratch }: Readonly<Record<'here' | 'home' | 'scratch', string>>,
  tool: Tool,
): Promise<Found> {
  if (at !== undefined && at > outside.clock.now())
    throw new OperatorError(`--at: ${new Date(at).toISOString()} has not come yet`)
  if (from !== undefined) return fromFile(from, scratch, tool)
  if (repository === undefined) return fromCopies(home, at, scratch, tool)
  const { env, clock } = outside
  const places = { directory: here, home: outside.home }
  const address = repositoryAt(repository, places)
  if (typeof address !== 'string') throw new OperatorError(`--repository: ${address.problem}`)
  const remote = { repository: address, password: await passwordOf(outside), env: keysIn(env) }
  return fromRepository(remote, at ?? clock.now(), scratch, tool, { places, env })
}

/** Characters of a time that a file's name takes. */
const stamp = (now: number): string =>
  new Date(now)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '')

/** What is left to a person, in order. */
function steps(files: readonly Placing[]): readonly string[] {
  const has = (file: string): boolean => files.some(({ from }) => basename(from) === file)
  const names = [
    ...(has(ownFiles.env) ? [] : ['.env']),
    ...(has(ownFiles.config) ? [] : ['the config']),
  ]
  const missing = names.join(' and ')
  return [
    'See that the old machine is off, or its bot stopped: two bots on one token do nothing good.',
    ...(missing === ''
      ? []
      : [`Bring back ${missing}, or write anew what is missing: npm run mechanic -- init`]),
    'npm run -s mechanic -- config check && npm run -s mechanic -- check',
    'pm2 start ecosystem.config.js && pm2 save',
  ]
}

function said(found: Found, files: readonly Placing[], aside: readonly string[]): string[] {
  const of = found.at === null ? '' : ` of ${new Date(found.at).toISOString()}`
  return [
    `Brought back the state${of}, from ${found.from}:`,
    ...files.map(({ to }) => `  ${to}`),
    ...(aside.length > 0 ? ['What was there is now:', ...aside.map((path) => `  ${path}`)] : []),
    '',
    'Next:',
    ...steps(files).map((step, index) => `  ${index + 1}. ${step}`),
  ]
}

async function bringBack(outside: Outside, wish: RestoreWish, here: string): Promise<void> {
  const { env, clock } = outside
  const home = resolve(here, env['MECHANIC_HOME'] || './var')
  const lock = lockHome(home)
  const scratch = join(home, 'scratch', 'restore-self')
  const host = createLocalHost('main', { clock, redact: (text) => text, environment: env })
  const tool: Tool = {
    host,
    signal: new AbortController().signal,
    say: (text) => outside.err(text),
  }
  try {
    await rm(scratch, { recursive: true, force: true })
    await mkdir(scratch, { recursive: true, mode: 0o700 })
    const found = await find(outside, wish, { here, home, scratch }, tool)
    await proveState(join(found.directory, ownFiles.database), tool)
    const places = await placesFor(found.directory, here, env)
    const other = places.home === home ? null : lockHome(places.home)
    try {
      // One that a killed bot has left would take what is put in place for what it replicates.
      await endLeftovers(tool, join(places.home, 'scratch', 'litestream'))
      const aside = await place(places.files, `.before-${stamp(clock.now())}`)
      for (const line of said(found, places.files, aside)) outside.out(line)
    } finally {
      other?.release()
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
    lock.release()
  }
}

/**
 * `restore-self`: brings the bot's own state back, on a new machine too, where no bot runs on it.
 *
 * @param here absolute: where the bot is started
 */
export async function restoreSelf(
  outside: Outside,
  wish: RestoreWish,
  here: string = process.cwd(),
): Promise<Exit> {
  try {
    await bringBack(outside, wish, here)
    return exit.ok
  } catch (error) {
    outside.err(`nothing was changed: ${messageOf(error)}`)
    if (error instanceof OperatorError && error.advice) outside.err(`  → ${error.advice}`)
    return exit.wrong
  }
}
