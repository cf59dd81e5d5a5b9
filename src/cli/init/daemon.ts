import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { RunResult } from '../../contract/host.ts'
import { difference, savedList, startedAtBoot } from '../../probe/startup.ts'
import { createSleep } from '../../telegram/sleep.ts'
import { pm2Command, startupWords } from './commands.ts'
import type { Pm2Command } from './commands.ts'
import type { Machine } from './machine.ts'
import type { InitOutside } from './outside.ts'

/** What the person wants of PM2, and with which one. */
export interface Plan {
  readonly command: Pm2Command
  readonly does: 'start' | 'restart' | 'nothing'
}

const pm2Ms = 60_000
const healthMs = 45_000
const pauseMs = 500

const healthUrl = ({ env }: InitOutside): string | null => {
  const listen = env['HTTP_LISTEN'] || '127.0.0.1:8484'
  return listen === 'off' ? null : `http://${listen}/health`
}

/** Asks whether PM2 shall run the bot; nothing is done yet. null: there is nothing to ask. */
export async function planDaemon(outside: InitOutside, machine: Machine): Promise<Plan | null> {
  const { questions, directory } = outside
  const command = pm2Command(outside)
  if (!command || !existsSync(join(directory, 'ecosystem.config.js'))) return null
  if (machine.botUnderPm2) {
    const again = await questions.confirm(
      'PM2 runs the bot already. Restart it at the end (pm2 restart mechanic)?',
      true,
    )
    return { command, does: again ? 'restart' : 'nothing' }
  }
  const url = healthUrl(outside)
  if (url !== null && (await outside.answers(url, questions.cancelled)) !== null) {
    questions.say(
      `Something answers on ${url} already: a bot that runs outside of PM2? Stop it before you start another.`,
    )
    return { command, does: 'nothing' }
  }
  if (!questions.silent) {
    questions.say('PM2 can keep the bot running. This would start it, once the files are written:')
    questions.say(`  ${command.program} start ecosystem.config.js`)
  }
  const starts = machine.pm2 ? '' : ' (No PM2 runs yet: this starts one.)'
  const yes = await questions.confirm(`Shall it?${starts}`, machine.pm2)
  return { command, does: yes ? 'start' : 'nothing' }
}

async function pm2(
  { host, questions, directory }: InitOutside,
  { program, env }: Pm2Command,
  words: readonly string[],
): Promise<boolean> {
  const signal = AbortSignal.any([questions.cancelled, AbortSignal.timeout(pm2Ms)])
  const ran = await host.run([program, ...words], { signal, cwd: directory, env })
  return report(questions, `pm2 ${words.join(' ')}`, ran)
}

/** Says how a command ended; its last words only where it failed. */
function report(questions: InitOutside['questions'], what: string, ran: RunResult): boolean {
  if (ran.code === 0) return true
  questions.say(
    `  ❌ ${what}: ${ran.aborted ? 'no end in a minute' : `code ${ran.code ?? 'none'}`}`,
  )
  const words = `${ran.out}\n${ran.err}`.split('\n').filter((line) => line.trim() !== '')
  for (const line of words.slice(-5)) questions.say(`     ${stripVTControlCharacters(line)}`)
  return false
}

/** Starts the bot as planned, and sees whether it is well. @returns whether it is */
export async function runDaemon(outside: InitOutside, { command, does }: Plan): Promise<boolean> {
  const { questions } = outside
  if (does === 'nothing') return false
  const words = does === 'start' ? ['start', 'ecosystem.config.js'] : ['restart', 'mechanic']
  questions.say(`Running ${command.program} ${words.join(' ')}`)
  if (!(await pm2(outside, command, words))) return false
  return awaitHealth(outside)
}

async function awaitHealth(outside: InitOutside): Promise<boolean> {
  const { questions, clock } = outside
  const url = healthUrl(outside)
  if (url === null) return true
  const sleep = createSleep(clock)
  questions.cancelled.addEventListener('abort', sleep.wake)
  const until = clock.monotonic() + healthMs
  while (!questions.cancelled.aborted && clock.monotonic() < until) {
    const status = await outside.answers(url, questions.cancelled)
    if (status === 200) {
      questions.say(`  ✅ It runs: ${url} answers`)
      return true
    }
    await sleep(pauseMs)
  }
  questions.cancelled.throwIfAborted()
  questions.say(`  ❌ ${url} does not answer. What it says: pm2 logs mechanic --nostream`)
  return false
}

/** Offers what brings everything back after a reboot, and sees whether it is in place then. */
export async function offerReturn(outside: InitOutside, { command }: Plan): Promise<void> {
  const { host, questions } = outside
  const running = (await outside.pm2(questions.cancelled)).map(({ name }) => name)
  if (running.length === 0) return
  const look = () => savedList(host, undefined, questions.cancelled)
  const saved = await look()
  await offerSave(outside, command, { running, look, names: saved.names ?? [] })
  await offerStartup(outside, command, saved.home)
}

interface Lists {
  readonly running: readonly string[]
  readonly names: readonly string[]
  readonly look: () => ReturnType<typeof savedList>
}

async function offerSave(
  outside: InitOutside,
  command: Pm2Command,
  { running, names, look }: Lists,
): Promise<void> {
  const { questions } = outside
  const { unsaved, leftover } = difference(running, names)
  if (unsaved.length + leftover.length === 0) return questions.say('pm2 save: nothing has changed')
  const loses = leftover.length === 0 ? '' : `, and no longer ${leftover.join(', ')}`
  const keeps = [...new Set(running)].toSorted().join(', ')
  questions.say(`This would have PM2 start ${keeps} after a reboot${loses}:`)
  questions.say(`  ${command.program} save`)
  // What was saved and is gone may have been stopped for a moment only.
  if (!(await questions.confirm('Run it?', leftover.length === 0))) return
  if (!(await pm2(outside, command, ['save']))) return
  const now = difference(running, (await look()).names ?? [])
  const well = now.unsaved.length === 0
  questions.say(well ? '  ✅ Saved' : `  ❌ Still not saved: ${now.unsaved.join(', ')}`)
}

async function offerStartup(
  outside: InitOutside,
  command: Pm2Command,
  pm2Home: string,
): Promise<void> {
  const { host, questions, user } = outside
  const hook = await startedAtBoot(host, pm2Home, questions.cancelled)
  if (hook !== null) return questions.say(`pm2 startup: done already (${hook})`)
  const inits = ['/run/systemd/system', '/run/openrc']
  const found = await Promise.all(inits.map((path) => host.files.look(path)))
  if (found.every((one) => one === null))
    return questions.say(
      'pm2 startup: neither systemd nor OpenRC runs here. Whatever starts this machine has to run `pm2 resurrect`.',
    )
  const words = startupWords(outside, command, pm2Home)
  if (!user.root) {
    questions.say('Nothing starts PM2 at boot yet. That needs root; paste this line:')
    return questions.say(`  sudo ${words.join(' ')}`)
  }
  questions.say('Nothing starts PM2 at boot yet. This would see to it:')
  questions.say(`  ${words.join(' ')}`)
  if (!(await questions.confirm('Run it?', true))) return
  if (!(await pm2(outside, command, words.slice(words.indexOf('startup'))))) return
  const now = await startedAtBoot(host, pm2Home, questions.cancelled)
  questions.say(now === null ? '  ❌ Still nothing starts PM2 at boot' : `  ✅ ${now}`)
}
