import { formatSize } from '../../contract/units.ts'
import { keepConfig, placeOf, putConfig } from './config-file.ts'
import { offerReturn, planDaemon, runDaemon } from './daemon.ts'
import { draft } from './draft.ts'
import { hello } from './hello.ts'
import { lookAround } from './machine.ts'
import type { Machine } from './machine.ts'
import { findOperator } from './operator.ts'
import type { InitOutside } from './outside.ts'
import { chooseBot } from './token.ts'
import type { Bot } from './token.ts'
import { askTimes, dateIn } from './wishes.ts'
import { rotatedOn, writeEnv } from './secrets.ts'

/**
 * The first five minutes: from a token to a bot that runs.
 *
 * @param code of this run, for the link that tells who is at the keyboard
 * @throws Cancelled, OperatorError; what was written until then is whole
 */
export async function init(outside: InitOutside, code: string): Promise<void> {
  const { questions, clock } = outside
  questions.say('Setting up Mechanic. Enter takes what stands in [ ]; Ctrl-C leaves at any time.')
  heading(outside, '1. The bot')
  const bot = await chooseBot(outside)
  heading(outside, '2. You')
  const operators = await findOperator(outside, bot, code)
  const { ids, greeted } = operators
  if (greeted !== undefined) questions.say(`  ✅ Hello ${greeted}, you are admin.`)
  else questions.say(`  ${ids.join(', ')}${ids.length > 1 ? ': the first is admin' : ' is admin'}`)
  heading(outside, '3. This machine')
  const machine = await lookAround(outside)
  for (const line of describe(machine)) questions.say(`  ${line}`)
  const place = await placeOf(outside)
  const wanted = 'kept' in place ? place : { place, times: await askTimes(outside) }
  const plan = await planDaemon(outside, machine)
  const underPm2 = machine.pm2 || plan?.does === 'start'
  heading(outside, '4. Files')
  const zone = 'kept' in wanted ? outside.machineZone : wanted.times.timezone
  const rotated = rotatedOn(outside, bot, zone)
  const values = writeEnv(outside, bot, operators)
  const today = dateIn(zone, clock.now())
  const config =
    'kept' in wanted
      ? keepConfig(outside, wanted, bot.fresh ? rotated : null, values)
      : putConfig(
          outside,
          wanted.place,
          draft(machine, { ...wanted.times, rotated, today, underPm2 }, outside.kinds),
          values,
        )
  heading(outside, '5. Hello')
  await hello(outside, { bot, operators, config, machine })
  if (plan && underPm2) heading(outside, '6. Running')
  const runs = plan ? await runDaemon(outside, plan) : false
  if (plan && underPm2) await offerReturn(outside, plan)
  questions.say()
  for (const line of farewell(bot, runs, machine.botUnderPm2)) questions.say(line)
}

const heading = ({ questions }: InitOutside, text: string): void => questions.say(`\n${text}`)

const percent = (part: number, whole: number): string =>
  `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`

function describe({ cores, memory, disks, systemd, apps, problems }: Machine): readonly string[] {
  const used = percent(memory.total - memory.available, memory.total)
  // As df(1) counts: what is kept for root is not there to be used.
  const space = disks.map(({ mount, total, free, available }) => {
    const taken = total - free
    return `${mount} ${percent(taken, taken + available)} full`
  })
  const programs = apps.map(({ name, copies, health }) => {
    const facts = [
      ...(copies > 1 ? [`${copies} copies`] : []),
      ...(health === undefined ? [] : [`answers at ${health}`]),
    ]
    return facts.length > 0 ? `${name} (${facts.join(', ')})` : name
  })
  return [
    `${cores} cores, ${formatSize(memory.total)} of memory (${used} in use)`,
    ...(space.length > 0 ? [`disks: ${space.join(', ')}`] : []),
    ...(programs.length > 0 ? [`PM2: ${programs.join(', ')}`] : []),
    ...(systemd && systemd.own.length > 0 ? [`systemd: ${systemd.own.join(', ')}`] : []),
    ...(systemd && systemd.failed.length > 0
      ? [`systemd, failed: ${systemd.failed.join(', ')}`]
      : []),
    ...problems.map((problem) => `not seen: ${problem}`),
  ]
}

function farewell({ me }: Bot, runs: boolean, ranBefore: boolean): readonly string[] {
  if (runs) return [`Done. Send /status to @${me.username}.`]
  const how = ranBefore
    ? 'pm2 restart mechanic has the bot read its files anew.'
    : 'npm start runs it for as long as this terminal is open; npx pm2 start ecosystem.config.js for good.'
  return ['Done.', how, `Then send /status to @${me.username}.`]
}
