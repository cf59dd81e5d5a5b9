import { defineHandler } from '../src/contract/handler.ts'
import type { Call, Conversation, Press } from '../src/contract/handler.ts'
import { line, t } from '../src/contract/message.ts'
import type { Button, Message } from '../src/contract/message.ts'
import type { BackupView } from '../src/contract/view.ts'
import { backupCard, backupLine, worstFirst } from './shared/backups.ts'
import { byKey, notFound, rowsOf } from './shared/pick.ts'

const show = 'backup'
const accept = 'backup-accept'

/** What can be done with a backup by a word after its name, and the kind of job that does it. */
const words = { now: 'backup', verify: 'verify', drill: 'drill', unlock: 'unlock' } as const

type Word = keyof typeof words

const allWords = Object.keys(words) as readonly Word[]

const verbOf = (word: Word): string => `backup-${word}`

/** Nothing here backs up: it asks, and what is confirmed becomes a job. */
export default defineHandler({
  kind: 'backup',
  commands: {
    backup: {
      role: 'operator',
      about: 'Backups: how they are; run, verify or drill one',
      usage: '[NAME] [now | verify | drill | unlock]',
    },
  },
  presses: {
    [show]: { role: 'operator' },
    [accept]: { role: 'operator' },
    ...Object.fromEntries(allWords.map((word) => [verbOf(word), { role: 'operator' } as const])),
  },
  onCommand: backup,
  onPress: pressed,
})

const example = [
  'backups:',
  '  app-db:',
  '    source: { postgres: "${DATABASE_URL}" }',
  '    repository: /mnt/backups/app',
  '    password: ${RESTIC_PASSWORD}',
  '    schedule: "30 2 * * *"',
]

const none: Message = { blocks: [line('backup-none'), { code: example }] }

async function backup(call: Call): Promise<void> {
  const { house, args, reply } = call
  const [name, wanted] = args
  if (house.backups().length === 0) return reply(none)
  if (name === undefined) return list(call)
  const match = house.backup(name)
  if (!match.found) return reply(notFound(name, match.nearest, show))
  if (wanted === undefined) return reply(cardOf(call, match.found))
  const meant = allWords.filter((word) => word.startsWith(wanted.toLowerCase()))
  const [word] = meant
  if (word === undefined || meant.length > 1)
    return reply({ blocks: [line('backup-word', { word: wanted, words: allWords.join(', ') })] })
  await askFor(call, match.found, word)
}

async function pressed(press: Press): Promise<void> {
  const { house, verb, arg, reply, answer } = press
  const [key = '', snapshot = ''] = arg.split(':')
  const found = pickedOf(house.backups(), key)
  if (!found) return answer(t('backup-gone'))
  if (verb === show) return reply(cardOf(press, found))
  if (verb === accept) return acceptIt(press, found, snapshot)
  const word = allWords.find((one) => verbOf(one) === verb)
  if (word) await askFor(press, found, word)
}

function pickedOf(all: readonly BackupView[], key: string): BackupView | undefined {
  const name = byKey(
    all.map((one) => one.name),
    key,
  )
  return all.find((one) => one.key === key || one.name === name)
}

function acceptIt({ house, by, answer }: Press, { name }: BackupView, snapshot: string): void {
  const done = house.acceptBackup(name, snapshot, by)
  answer(t(done ? 'backup-accepted' : 'backup-not-doubtful', { name, snapshot }))
}

const askFor = ({ ask }: Conversation, { name }: BackupView, word: Word): Promise<void> =>
  ask({ do: 'job', kind: words[word], about: { backup: name } })

function list({ house, reply }: Conversation): void {
  const open = house.incidents()
  const backups = worstFirst(house.backups(), open)
  reply({
    blocks: [
      line('backup-all'),
      { list: backups.map((one) => backupLine(one, open, house.now())) },
    ],
    buttons: rowsOf(backups.map(({ name, key }) => ({ label: name, press: `${show}:${key}` }))),
  })
}

/** A card with all that can be done, as far as this person may. */
function cardOf({ house, by }: Conversation, found: BackupView): Message {
  const { name, key, newest } = found
  const button = (word: Word): Button => ({
    label: t('backup-button', { word, name }),
    press: `${verbOf(word)}:${key}`,
  })
  const restore: Button = { label: t('backup-restore', { name }), press: `restore:${key}` }
  const trials = [button('verify'), ...(by.role === 'admin' ? [restore] : [])]
  return {
    blocks: backupCard(found, house.incidents(), house.now()),
    buttons: newest === undefined ? [[button('now')]] : [[button('now'), button('drill')], trials],
  }
}
