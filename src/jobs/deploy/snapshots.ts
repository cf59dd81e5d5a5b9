import { type Button, t, type Text } from '../../contract/message.ts'
import { shortId } from '../../core/backup/snapshot.ts'
import type { DeployMemory } from './memory.ts'

/** What was backed up before the release that is left was built, and what going back to that loses. */
export const snapshotFacts = (
  { snapshots }: Pick<DeployMemory, 'snapshots'>,
  now: number,
): readonly Text[] =>
  snapshots.map(({ backup, snapshot, at }) =>
    t('rollback-fact-snapshot', {
      backup,
      id: { code: shortId(snapshot) },
      lost: { span: Math.max(0, now - at) },
    }),
  )

/** Leads to the restore of what was backed up; admins alone may press it. */
export const restoreButtons = ({ snapshots }: Pick<DeployMemory, 'snapshots'>): readonly Button[] =>
  snapshots.map(({ backup, snapshot }) => ({
    label: t('restore-offer', { backup }),
    press: `restore-at:${backup}:${shortId(snapshot)}`,
  }))
