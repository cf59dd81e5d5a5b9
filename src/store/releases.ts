import type { ReleaseView } from '../contract/view.ts'
import type { Db } from './open.ts'

/**
 * Where a release stands. building: its directory may exist, half made · whole: it can be live ·
 * gone: its directory was removed, or is about to be.
 */
export type ReleaseState = 'building' | 'whole' | 'gone'

/** What was backed up before a release was built. */
export interface ReleaseSnapshot {
  readonly backup: string
  /** All digits. */
  readonly snapshot: string
  /** Of its data, epoch milliseconds. */
  readonly at: number
}

export interface Release extends Omit<ReleaseView, 'live' | 'lived'> {
  readonly id: number
  readonly state: ReleaseState
  /** null: it is not live. */
  readonly liveSince: number | null
  /** Milliseconds that it was live before. */
  readonly lived: number
  /** Taken before it was built: going back from it may want them. */
  readonly snapshots: readonly ReleaseSnapshot[]
}

interface Row {
  id: number
  service: string
  name: string
  commit_id: string
  subject: string
  author: string
  actor: string | null
  at: number
  state: ReleaseState
  live_since: number | null
  lived: number
  snapshots: string
}

const fromRow = ({
  commit_id: commit,
  live_since: liveSince,
  actor,
  snapshots,
  ...row
}: Row): Release => ({
  ...row,
  commit,
  liveSince,
  snapshots: JSON.parse(snapshots) as readonly ReleaseSnapshot[],
  ...(actor !== null && { by: actor }),
})

type Draft = Pick<Release, 'service' | 'name' | 'commit' | 'subject' | 'author' | 'at' | 'by'> &
  Partial<Pick<Release, 'snapshots'>>

export type Releases = ReturnType<typeof releaseStore>

/** What was deployed where: a row is there before its directory is, and is marked gone before that goes. */
export function releaseStore(db: Db) {
  const insert = db.prepare(
    `INSERT INTO releases (service, name, commit_id, subject, author, actor, at, state, lived, snapshots)
     VALUES (@service, @name, @commit, @subject, @author, @by, @at, 'building', 0, @snapshots)`,
  )
  const ofService = db.prepare<[string], Row>(
    `SELECT * FROM releases WHERE service = ? AND state != 'gone' ORDER BY id DESC`,
  )
  const names = db.prepare<[string], string>('SELECT name FROM releases WHERE service = ?').pluck()
  const stateOf = db
    .prepare<[string, string], ReleaseState>(
      'SELECT state FROM releases WHERE service = ? AND name = ?',
    )
    .pluck()
  const adopt = db.prepare(
    `INSERT INTO releases (service, name, commit_id, subject, author, actor, at, state, lived)
     VALUES (@service, @name, @commit, @subject, @author, @by, @at, 'whole', 0)
     ON CONFLICT (service, name) DO UPDATE SET state = 'whole'`,
  )
  const mark = db.prepare<[ReleaseState, string, string]>(
    'UPDATE releases SET state = ? WHERE service = ? AND name = ?',
  )
  const retire = db.prepare<[number, string, string]>(
    `UPDATE releases SET lived = lived + max(0, ? - live_since), live_since = NULL
     WHERE service = ? AND name != ? AND live_since IS NOT NULL`,
  )
  const enthrone = db.prepare<[number, string, string]>(
    `UPDATE releases SET live_since = coalesce(live_since, ?) WHERE service = ? AND name = ?`,
  )
  return {
    begin({ snapshots = [], ...draft }: Draft) {
      insert.run({ ...draft, by: draft.by ?? null, snapshots: JSON.stringify(snapshots) })
    },
    /** One that is there whole, though nobody has built it, or seen it built to its end. */
    adopt(draft: Draft) {
      adopt.run({ ...draft, by: draft.by ?? null })
    },
    /** Those whose directory exists or may exist, newest first. */
    of: (service: string): readonly Release[] => ofService.all(service).map(fromRow),
    /** Every name that is taken: also of those that are gone. */
    names: (service: string): readonly string[] => names.all(service),
    /** Also of those that are gone; undefined for what was never deployed by us. */
    state: (service: string, name: string): ReleaseState | undefined => stateOf.get(service, name),
    mark: (service: string, name: string, state: ReleaseState): void =>
      void mark.run(state, service, name),
    /** From now on this one serves, and no other of its service. */
    live: db.transaction((service: string, name: string, at: number): void => {
      retire.run(at, service, name)
      enthrone.run(at, service, name)
    }),
  }
}
