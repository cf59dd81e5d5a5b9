import type { BackupFacts } from '../../contract/backup.ts'
import { type Block, gap, line, type Message, type Text, t } from '../../contract/message.ts'
import type { Digest } from '../digest.ts'
import type { Incident } from '../incident.ts'
import { endedLine, type Guidance, headline, nameOf, openButtons } from './incident.ts'

/** Beyond this many lines a section says how often each thing happened instead of when. */
const mostLines = 20

function counted(incidents: readonly Incident[]): Text[] {
  const groups = Map.groupBy(incidents, (one) => [one.check, one.host, one.subject].join('\u001f'))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const last = group.at(-1)
    if (!first || !last) return []
    if (group.length === 1) return [endedLine(first)]
    const from = { time: first.openedAt } as const
    const until = { time: last.endedAt ?? last.openedAt } as const
    return [t('digest-counted', { name: nameOf(first), times: group.length, from, until })]
  })
}

const lines = (incidents: readonly Incident[]): Text[] =>
  incidents.length > mostLines ? counted(incidents) : incidents.map(endedLine)

const section = (title: string, texts: readonly Text[]): Block[] =>
  texts.length === 0 ? [] : [gap, line(title, { count: texts.length }), { list: texts }]

function sections(digest: Digest): Block[] {
  return [
    ...section('digest-open', digest.open.map(headline)),
    ...section('digest-fixed', lines(digest.fixed)),
    ...section('digest-healed', lines(digest.healed)),
    ...section(
      'digest-noted',
      digest.noted.map((one) => (one.endedAt === null ? headline(one) : endedLine(one))),
    ),
  ]
}

/** The one message at the end of quiet hours, and what it becomes while its incidents go on. */
export function briefMessage(
  digest: Digest,
  current: readonly Incident[],
  guidanceOf: (incident: Incident) => Guidance,
): Message {
  const still = current.filter((one) => one.endedAt === null)
  const over = current.filter((one) => one.endedAt !== null)
  const elsewhere = digest.open.filter(
    (one) => one.told === 'yes' && current.every(({ id }) => id !== one.id),
  )
  const broken = still.filter((one) => one.cause !== 'stopped').length + elsewhere.length
  return {
    about: digest.until,
    blocks: [
      line('brief-title', { open: broken }),
      ...sections({ ...digest, open: still }),
      ...section('digest-elsewhere', elsewhere.map(nameOf)),
      ...section('digest-since', over.map(endedLine)),
    ],
    buttons: openButtons(still, guidanceOf),
  }
}

/** A backup by its name, and what is known of it. */
export interface NamedBackup {
  readonly name: string
  readonly facts: BackupFacts
}

/**
 * Backups that nobody should rely on: their runs or trials fail, or nobody has tried them for too long.
 * Those with an open incident are told with that.
 */
const backupTexts = ({ open }: Digest, backups: readonly NamedBackup[]): readonly Text[] =>
  backups.flatMap(({ name, facts: { failure, trust } }) => {
    if (open.some(({ check }) => check === name)) return []
    if (failure)
      return [t('digest-backup-failing', { name, at: { time: failure.at }, why: failure.why })]
    if (trust === 'proven' || trust === 'unproven' || trust === 'new') return []
    return [t('digest-backup', { name, trust })]
  })

/** What a summary says beside what happened. */
export interface Standing {
  readonly checks: number
  /** Checks that see nothing. */
  readonly stale: number
  readonly backups: readonly NamedBackup[]
}

/** The summary that a heartbeat tells; without news it says that all is well, and since when. */
export function summaryMessage(digest: Digest, { checks, stale, backups }: Standing): Message {
  const poor = backupTexts(digest, backups)
  return {
    about: digest.until,
    blocks: [
      line('summary-title', {
        open: digest.open.length + poor.length,
        checks,
        stale,
        from: { time: digest.from },
      }),
      ...sections(digest),
      ...section('digest-backups', poor),
    ],
  }
}
