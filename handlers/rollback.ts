import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Message, Text } from '../src/contract/message.ts'
import type { DeployableView, ReleaseView } from '../src/contract/view.ts'
import { deployableOf, deployablePicked, gone } from './shared/deployable.ts'
import { type Choice, keyOf, rowsOf } from './shared/pick.ts'

const which = 'rollback'
const to = 'rollback-to'
/** What git shows of a commit, and less than that names too many. */
const shortCommit = 7
const fewestDigits = 4

/** Nothing here rolls back: it asks, and what is confirmed becomes a job. */
export default defineHandler({
  kind: 'rollback',
  commands: {
    rollback: {
      role: 'operator',
      about: 'Go back to an earlier release',
      usage: '[SERVICE] [RELEASE]',
    },
  },
  presses: { [which]: { role: 'operator' }, [to]: { role: 'operator' } },
  onCommand: rollback,
  onPress: (press) => (press.verb === which ? serviceOf(press) : releaseOf(press)),
})

async function rollback(call: Call): Promise<void> {
  const found = deployableOf(call, which, t('rollback-which'))
  const wanted = call.args[1]
  if (found && wanted === undefined) call.reply(listOf(call, found))
  else if (found && wanted !== undefined) await direct(call, found, wanted)
}

function serviceOf(press: Press): void {
  const found = deployablePicked(press, press.arg)
  if (!found) return press.answer(gone)
  press.reply(listOf(press, found))
}

async function releaseOf(press: Press): Promise<void> {
  const all = press.house.deployable().flatMap(({ service }) => press.house.releases(service))
  const release = all.find((one) => keyOfRelease(one) === press.arg)
  if (!release) return press.answer(t('rollback-gone'))
  await askFor(press, release)
}

const askFor = ({ ask }: Conversation, { service, name }: ReleaseView) =>
  ask({ do: 'job', kind: 'rollback', about: { service, release: name } })

const keyOfRelease = ({ service, name }: ReleaseView): string => keyOf(`${service}:${name}`)

/** Releases that a person may mean by a name, a beginning of one, or a commit. */
function meant(releases: readonly ReleaseView[], wanted: string): readonly ReleaseView[] {
  const low = wanted.toLowerCase()
  const exact = releases.filter(({ name }) => name.toLowerCase() === low)
  if (exact.length > 0 || low.length < fewestDigits) return exact
  return releases.filter(
    ({ name, commit }) => name.toLowerCase().startsWith(low) || commit.startsWith(low),
  )
}

async function direct(call: Call, { service }: DeployableView, wanted: string): Promise<void> {
  const releases = call.house.releases(service)
  const found = meant(releases, wanted)
  const [only] = found
  if (only === undefined)
    return call.reply(offer(t('rollback-not-found', { service, wanted }), releases))
  if (found.length > 1) return call.reply(offer(t('rollback-several', { service, wanted }), found))
  if (only.live) return call.reply({ blocks: [line('rollback-live', named(only))] })
  await askFor(call, only)
}

function listOf({ house }: Conversation, { service }: DeployableView): Message {
  const releases = house.releases(service)
  if (releases.length === 0) return { blocks: [line('rollback-none', { service })] }
  const isAlone = releases.every(({ live }) => live)
  return offer(t(isAlone ? 'rollback-only' : 'rollback-to-which', { service }), releases)
}

/** Releases with a button each, but for the live one. */
function offer(title: Text, releases: readonly ReleaseView[]): Message {
  const choices = releases
    .filter(({ live }) => !live)
    .map((one): Choice => ({
      label: t('rollback-button', { commit: short(one), at: { time: one.at, style: 'full' } }),
      press: `${to}:${keyOfRelease(one)}`,
    }))
  return { blocks: [{ line: title }, { list: releases.map(lineOf) }], buttons: rowsOf(choices) }
}

const short = ({ commit, name }: ReleaseView): string => commit.slice(0, shortCommit) || name

const named = (release: ReleaseView) => ({ service: release.service, commit: short(release) })

const lineOf = (release: ReleaseView): Text => {
  const { at, by, subject, live, lived } = release
  return t('rollback-release', {
    live: live ? 'yes' : 'no',
    commit: short(release),
    at: { time: at, style: 'full' },
    subject,
    by: by ?? 'Mechanic',
    lived: { span: lived },
    ever: lived > 0 ? 'yes' : 'no',
  })
}
