import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Message, Text } from '../src/contract/message.ts'
import type { RehearsalChoice } from '../src/contract/rehearsal.ts'
import { checkNames } from './shared/check.ts'
import { byKey, type Choice, keyOf, notFound, pick } from './shared/pick.ts'
import { askForTask, taskBlocks, taskPicked } from './shared/tasks.ts'

const rehearse = 'rehearse'
const testAlert = 'test-alert'
const task = 'task'
const words = [rehearse, testAlert] as const

export default defineHandler({
  kind: 'run',
  commands: {
    run: {
      role: 'operator',
      about: 'Start a task, rehearse a fix, or send a test alert',
      usage: '[TASK | rehearse | test-alert] [NAME]',
      changes: true,
    },
  },
  presses: {
    run: { role: 'operator' },
    rehearse: { role: 'operator' },
    'test-alert': { role: 'operator' },
    task: { role: 'operator' },
    schedule: { role: 'admin' },
  },
  onCommand: run,
  onPress: (press) => presses[press.verb]?.(press),
})

const presses: Readonly<Record<string, (press: Press) => Promise<void> | void>> = {
  run: (press) => (press.arg === testAlert ? offerChecks(press) : offerFixes(press)),
  rehearse: rehearsePicked,
  'test-alert': alertPicked,
  task: taskPressed,
  schedule: ({ ask, arg }) => ask({ do: 'schedule', plan: arg }),
}

async function run(call: Call): Promise<void> {
  const [word, name] = call.args
  if (word === undefined) return offerAll(call)
  const meant = words.filter((one) => one.startsWith(word.toLowerCase()))
  const named = call.house.task(word)
  const ours = meant.length === 1
  // A task of that very name comes first, then what was always here, then a beginning of a name.
  if (named.found && (!ours || named.found.name === word)) return askForTask(call, named.found)
  if (!named.found && !ours) return call.reply(unknown(word, named.nearest))
  if (meant[0] === testAlert) return name === undefined ? offerChecks(call) : alert(call, name)
  return name === undefined ? offerFixes(call) : rehearseNamed(call, name)
}

/** Neither a task nor one of our words: all that come near, a press away. */
function unknown(word: string, tasks: readonly string[]): Message {
  const near = tasks.map((name): Choice => ({ label: name, press: `${task}:${keyOf(name)}` }))
  const own = words.map((one): Choice => ({ label: one, press: `run:${one}` }))
  const names = [...tasks, ...words].join(', ')
  return pick(t('not-found-near', { name: word, near: names }), [...near, ...own])
}

async function taskPressed(press: Press): Promise<void> {
  const found = taskPicked(press, press.arg)
  if (!found) return press.answer(t('run-gone'))
  await askForTask(press, found)
}

const playableOf = ({ house }: Conversation): readonly RehearsalChoice[] =>
  house.rehearsals().filter(({ playable }) => playable)

/** What is scheduled, and everything there is to run, each a press away. */
function offerAll(talk: Conversation): void {
  const scheduled = talk.house.tasks()
  const tasks = scheduled.map(({ name, key }): Choice => ({
    label: t('task-run', { name }),
    press: `${task}:${key}`,
  }))
  const fixes = playableOf(talk).map(({ name }): Choice => ({
    label: t('run-rehearse', { name }),
    press: `${rehearse}:${keyOf(name)}`,
  }))
  const alert = { label: t('run-test-alert'), press: `run:${testAlert}` }
  const offer = pick(t('run-which'), [...tasks, alert, ...fixes])
  talk.reply({ ...offer, blocks: [...taskBlocks(scheduled), ...offer.blocks] })
}

function offerFixes(talk: Conversation): void {
  const choices = talk.house.rehearsals().map(({ name, playable }): Choice => ({
    label: playable ? name : t('run-plan-only', { name }),
    press: `${rehearse}:${keyOf(name)}`,
  }))
  if (choices.length === 0) return talk.reply({ blocks: [line('run-no-fixes')] })
  talk.reply(pick(t('rehearse-which'), choices))
}

function offerChecks(talk: Conversation): void {
  const choices = checkNames(talk).map((name): Choice => ({
    label: name,
    press: `${testAlert}:${keyOf(name)}`,
  }))
  if (choices.length === 0) return talk.reply({ blocks: [line('checks-none')] })
  talk.reply(pick(t('test-alert-which'), choices))
}

async function rehearseNamed(talk: Conversation, name: string): Promise<void> {
  const match = talk.house.rehearsal(name)
  if (!match.found) return talk.reply(notFound(name, match.nearest, rehearse))
  await play(talk, match.found, (text) => talk.reply({ blocks: [{ line: text }] }))
}

async function rehearsePicked(press: Press): Promise<void> {
  const choices = press.house.rehearsals()
  const name = byKey(
    choices.map((one) => one.name),
    press.arg,
  )
  const choice = choices.find((one) => one.name === name)
  if (!choice) return press.answer(t('run-gone'))
  await play(press, choice, press.answer)
}

/** It changes nothing that is in use, so that nobody is asked first; `begun` says that it goes on. */
async function play(
  { house, by, reply }: Conversation,
  { name, playable }: RehearsalChoice,
  begun: (text: Text) => void,
): Promise<void> {
  const running = house.rehearse(name, by)
  if (playable) begun(t('rehearsing', { name }))
  const { message } = await running
  reply(message)
}

function alert(talk: Conversation, name: string): void {
  const match = talk.house.check(name)
  if (!match.found) return talk.reply(notFound(name, match.nearest, testAlert))
  const full = match.found[0]?.name ?? name
  talk.reply({ blocks: [{ line: sent(talk, full) }] })
}

function alertPicked(press: Press): void {
  const name = byKey(checkNames(press), press.arg)
  if (name === undefined) return press.answer(t('run-gone'))
  press.answer(sent(press, name))
}

function sent({ house, by }: Conversation, name: string): Text {
  const { alone } = house.testAlert(name, by)
  return t(alone ? 'test-alert-sent-alone' : 'test-alert-sent', { name })
}
