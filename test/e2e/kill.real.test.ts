import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../src/host/clock.ts'
import { createStandin, type Standin } from '../../src/standin/standin.ts'
import { asha, environmentOf, failOn, people, watchFloods } from '../support/bot.ts'
import { tempHome } from '../support/home.ts'
import { type Page, startPage } from './support/page.ts'
import { type BotProcess, startProcess } from './support/process.ts'
import { type FileService, fileService } from './support/service.ts'
import { lost, readState, type State } from './support/state.ts'

const kills = 50
const critical = ['gate', 'pay', 'login']
const warning = ['blog', 'shop', 'docs']
const minute = 60_000

/** Repeats a run that failed: its number is in the message of the failure. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 16)

interface Setting {
  readonly home: string
  readonly page: Page
  readonly web: FileService
  readonly standin: Standin
  /** A file that a fix removes, after it has written down that it ran. */
  readonly leak: string
  mends(): number
}

const configOf = ({ page, web, leak }: Setting, quiet: string): string => `${people}timezone: UTC
notify: { ${quiet}, heartbeat: { schedule: "0 0 1 1 *", send: never } }
services: { web: { manager: ${web.manager} } }
checks:
${[...critical, ...warning]
  .map(
    (name) =>
      `  ${name}: { kind: http, url: "${page.url(`/${name}`)}", every: 1s, failures: 1, recover: 1, ${critical.includes(name) ? 'critical' : 'warning'}: down }\n`,
  )
  .join('')}
  leak: { kind: command, run: "test ! -e ${leak}", every: 1s, recover: 1, fix: mend }
fixes:
  mend: { kind: command, run: "echo mend >> ${leak}.log; rm ${leak}", max_per_hour: 1000, cooldown: 1s, backoff: 1s }
`

const quietNow = (): string => {
  const from = clockTime(Date.now() - 120 * minute)
  return `quiet_hours: { from: "${from}", to: "${clockTime(Date.now() + 120 * minute)}" }`
}

async function setting(page: Page): Promise<Setting> {
  const standin = createStandin({ clock: systemClock })
  await standin.start()
  onTestFinished(() => standin.stop())
  standin.addUser({ id: asha, name: 'Asha' })
  const leak = join(tempHome(), 'leak')
  const log = `${leak}.log`
  const mends = (): number =>
    existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').length : 0
  return { home: tempHome(), page, web: fileService(), standin, leak, mends }
}

const start = ({ home, standin }: Setting): BotProcess =>
  startProcess({ ...environmentOf(home, standin), HTTP_LISTEN: 'off' })

/** What happens around the bot in one of its lives. */
async function trouble({ page, standin, leak }: Setting, roll: (below: number) => number) {
  for (const name of [...critical, ...warning])
    if (roll(3) === 0) page.broken[roll(2) === 0 ? 'add' : 'delete'](`/${name}`)
  if (roll(2) === 0) writeFileSync(leak, '')
  const names = [...critical, ...warning]
  const said = ['/ack all', `/silence ${names[roll(6)]} 1h`, '/restart web', '/restart web']
  standin.say(asha, said[roll(4)] ?? '')
  const question = standin
    .messages(asha)
    .findLast(({ reply_markup }) => JSON.stringify(reply_markup ?? {}).includes('Restart web'))
  if (question) standin.press(asha, question, 'Restart web')
  if (roll(5) > 0) return
  await standin.refuse()
  await sleep(roll(500))
  await standin.accept()
}

/** What its writer was told has to be in the database. */
function promised(standin: Standin, state: State): readonly string[] {
  const texts = standin.messages(asha).flatMap(({ byBot, text }) => (byBot ? [text] : []))
  const all = (pattern: RegExp): readonly string[] =>
    texts.flatMap((text) => Array.from(text.matchAll(pattern), ([, name = '']) => name))
  return [
    ...all(/^✅ Silenced (\S+) until/gm).filter((name) => !state.silences.has(name)),
    ...all(/^✅ Acknowledged (\S+)$/gm).filter((name) => !state.takenOf.has(name)),
  ]
}

/** What must not be, whenever the bot was killed. */
function faults({ standin, mends, web }: Setting, before: State, after: State): readonly string[] {
  const { attempts, integrity } = after
  const done = { mend: mends(), 'restart:web': web.starts() }
  const doubled = Object.entries(done).filter(([fix, times]) => times > (attempts.get(fix) ?? 0))
  return [
    ...(integrity === 'ok' ? [] : [String(integrity)]),
    ...lost(before, after),
    ...promised(standin, after),
    ...doubled.map(([fix, times]) => `${fix} was done ${times} times`),
  ]
}

test('50 kills at any moment lose nothing and do nothing twice', { timeout: 360_000 }, async () => {
  await using page = await startPage()
  const around = await setting(page)
  const { home, standin, web } = around
  const file = join(home, 'mechanic.yaml')
  writeFileSync(file, configOf(around, quietNow()))
  const seed = Date.now() % 1_000_000
  const roll = dice(seed)
  const floods = watchFloods(standin)
  const first = start(around)
  await standin.waitFor(({ text }) => text.includes('on duty'), 30_000)
  await first.kill()
  let before = readState(home)
  for (let kill = 1; kill <= kills; kill++) {
    const bot = start(around)
    await trouble(around, roll)
    // Half of them while it is still starting, the others at work.
    if (roll(2) === 0) await standin.waitForPoll(30_000)
    await sleep(roll(2_500))
    await bot.kill()
    const state = readState(home)
    const run = `kill ${kill}, seed ${seed}, ${bot.output().slice(-1_000)}`
    const seen = { run, faults: faults(around, before, state) }
    expect(seen).toEqual({ run, faults: [] })
    before = state
  }
  expect(around.mends()).toBeGreaterThan(0)
  expect(web.starts()).toBeGreaterThan(0)
  expect(before.incidents.size).toBeGreaterThan(10)
  for (const name of [...critical, ...warning]) page.broken.add(`/${name}`)
  rmSync(around.leak, { force: true })
  await settle(around, file, seed)
  failOn(floods)
})

/** A last life without quiet hours: all that is wrong gets told. */
async function settle(around: Setting, file: string, seed: number): Promise<void> {
  const { standin, home } = around
  writeFileSync(file, configOf(around, 'quiet_hours: off'))
  const bot = start(around)
  const names = [...critical, ...warning]
  const pending = (): readonly string[] => {
    const { told, silences } = readState(home)
    return names.filter((name) => (silences.has(name) ? !told.has(name) : !told.get(name)))
  }
  // What joins a message of another is in it only once that edit has left, too.
  const busy = (): boolean => pending().length > 0 || readState(home).waiting > 0
  for (let times = 0; times < 120 && busy(); times++) await sleep(500)
  await bot.end()
  const run = `seed ${seed}, ${bot.output().slice(-1_000)}`
  expect({ run, pending: pending() }).toEqual({ run, pending: [] })
  for (const [name, id] of readState(home).told) {
    const message = standin.messages(asha).find(({ message_id }) => message_id === id)
    if (message) expect(JSON.stringify([message.text, message.reply_markup])).toContain(name)
  }
  expect(bot.output()).not.toMatch(/"level":(?:50|60)/)
}
