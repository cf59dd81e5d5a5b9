import type { BackupConfig } from '../../config/types.ts'
import type { SnapshotView } from '../../contract/backup.ts'
import type { House } from '../../contract/house.ts'
import { isSafety } from '../../core/backup/safety.ts'
import { shortId, shownDigits } from '../../core/backup/snapshot.ts'
import type { Context } from '../context.ts'
import { match } from '../match.ts'
import type { Listed } from '../outside.ts'
import type { Knowing } from './knowing.ts'
import { backupView, snapshotOf } from './views.ts'

export interface BackupsOutside {
  readonly context: Context
  readonly knowing: Knowing
  readonly tasks: House['tasks']
  /** Aborted when the program stops. */
  readonly stop: AbortSignal
  readonly poke: () => void
  /** Asks the repository what it holds. */
  snapshots(backup: BackupConfig, signal: AbortSignal): Promise<readonly Listed[]>
}

type BackupsHouse = Pick<House, 'backups' | 'backup' | 'snapshots' | 'acceptBackup'>

/** A repository that does not answer by then is away. */
const askWithin = 30_000
/** Runs whose snapshots are looked up; what is older is in the repository alone. */
const remembered = 1_000

/** The use cases of backups, as the chat asks for them. */
export function backupsOf(outside: BackupsOutside): BackupsHouse {
  const { context, knowing, tasks, stop } = outside
  const { store } = context

  const backups: House['backups'] = () => {
    const next = new Map(tasks().map((task) => [task.name, task.next]))
    return knowing
      .all()
      .map((known) => backupView(context, known, next.get(`backup:${known.config.name}`) ?? null))
  }

  return {
    backups,
    backup(name) {
      const all = backups()
      const byKey = all.find(({ key }) => key === name)
      return byKey ? { found: byKey } : match(new Map(all.map((one) => [one.name, one])), name)
    },
    async snapshots(name) {
      const { config } = knowing.of(name)
      const signal = AbortSignal.any([AbortSignal.timeout(askWithin), stop])
      const listed = await outside.snapshots(config, signal)
      const runs = new Map(store.backups.runs(name, remembered).map((run) => [run.snapshot, run]))
      return listed
        .map(({ id, at, tags }): SnapshotView => {
          const run = runs.get(id)
          if (run) return snapshotOf(run)
          return { id: shortId(id), at, bytes: null, ...(isSafety({ tags }) && { safety: true }) }
        })
        .toSorted((a, b) => b.at - a.at)
    },
    acceptBackup(name, snapshot, by) {
      if (snapshot.length < shownDigits) return false
      const found = store.backups
        .runs(name, remembered)
        .find((run) => run.snapshot?.startsWith(snapshot))
      if (!found?.snapshot) return false
      const whole = found.snapshot
      return store.atomically(() => {
        if (!store.backups.accept(name, whole)) return false
        store.events.add({
          at: context.clock.now(),
          kind: 'backup-accepted',
          reason: 'operator',
          actor: by.name,
          detail: { backup: name, snapshot: whole, why: found.why },
        })
        outside.poke()
        return true
      })
    },
  }
}
